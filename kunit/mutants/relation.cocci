// SPDX-License-Identifier: GPL-2.0
// A comparison is that of a neighbour.
@initialize:python@
@@
from pick import pick

@greater@
expression a, b;
position p : script:python() { pick(">= for >", p) };
@@
- a >@p b
+ a >= b

@greater_equal@
expression a, b;
position p : script:python() { pick("> for >=", p) };
@@
- a >=@p b
+ a > b

@less@
expression a, b;
position p : script:python() { pick("<= for <", p) };
@@
- a <@p b
+ a <= b

@less_equal@
expression a, b;
position p : script:python() { pick("< for <=", p) };
@@
- a <=@p b
+ a < b

@equal@
expression a, b;
position p : script:python() { pick("!= for ==", p) };
@@
- a ==@p b
+ a != b

@unequal@
expression a, b;
position p : script:python() { pick("== for !=", p) };
@@
- a !=@p b
+ a == b
