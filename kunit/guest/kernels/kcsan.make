# Variables for the build of this kernel. KCSAN watches the modules: races inside the kernel are not this project's.
# The kernel only says where its barriers are, so that a lock taken in a module is known to order what it guards;
# the vDSO is a program and cannot.
KCSAN_SANITIZE=n
KCSAN_INSTRUMENT_BARRIERS=y
KCSAN_INSTRUMENT_BARRIERS_vclock_gettime.o=n
KCSAN_INSTRUMENT_BARRIERS_vgetcpu.o=n
