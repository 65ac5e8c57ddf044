// SPDX-License-Identifier: GPL-2.0
// Two arguments that stand one after the other change places.
@initialize:python@
@@
from pick import pick

@arguments@
identifier f != {min, max, fm_hook, fm_step};
expression a, b;
expression list before, after;
position p : script:python() { pick("swapped arguments", p) };
@@
 f(before,
- a@p, b
+ b, a
 , after)
