// SPDX-License-Identifier: GPL-2.0
// Two statements that stand one after the other change places. Hooks decide nothing.
@initialize:python@
@@
from pick import pick

@statements@
expression a, b;
position p : script:python() { pick("swapped statements", p) };
@@
(
  fm_hook(...);
  b;
|
  a;
  fm_hook(...);
|
- a@p;
  b;
+ a;
)

@declarations@
type T1, T2;
identifier x, y;
expression a, b;
position p : script:python() { pick("swapped statements", p) };
@@
- T1 x@p = a;
  T2 y = b;
+ T1 x = a;
