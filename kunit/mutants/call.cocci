// SPDX-License-Identifier: GPL-2.0
// A call whose result nobody wants is left out. Hooks decide nothing, nor does what only hurries; barriers have a file of
// their own.
@initialize:python@
@@
from pick import pick

@call@
identifier f != {fm_hook, prefetch, cond_resched, wake_up, wake_up_all, barrier, smp_mb, smp_rmb, smp_wmb,
	kcsan_nestable_atomic_begin, kcsan_nestable_atomic_end, BUILD_BUG_ON, fm_fetch, fm_fetch_home, fm_fetch_stride, might_sleep};
position p : script:python() { pick("no call", p) };
@@
- f@p(...);
+ ;
