// SPDX-License-Identifier: GPL-2.0
// A barrier is left out, or an access orders nothing.
@initialize:python@
@@
from pick import pick

@barrier@
identifier f = {barrier, smp_mb, smp_rmb, smp_wmb};
position p : script:python() { pick("no barrier", p) };
@@
- f@p();
+ ;

@acquire@
expression word;
position p : script:python() { pick("no acquire", p) };
@@
- smp_load_acquire@p(word)
+ READ_ONCE(*(word))

@release@
expression word, value;
position p : script:python() { pick("no release", p) };
@@
- smp_store_release@p(word, value)
+ WRITE_ONCE(*(word), value)
