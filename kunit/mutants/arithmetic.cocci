// SPDX-License-Identifier: GPL-2.0
// Arithmetic is another one.
@initialize:python@
@@
from pick import pick

@plus@
expression a, b;
position p : script:python() { pick("- for +", p) };
@@
- a +@p b
+ a - b

@minus@
expression a, b;
position p : script:python() { pick("+ for -", p) };
@@
- a -@p b
+ a + b

@and@
expression a, b;
position p : script:python() { pick("| for &", p) };
@@
- a &@p b
+ a | b

@or@
expression a, b;
position p : script:python() { pick("& for |", p) };
@@
- a |@p b
+ a & b

@xor@
expression a, b;
position p : script:python() { pick("| for ^", p) };
@@
- a ^@p b
+ a | b

@left@
expression a, b;
position p : script:python() { pick(">> for <<", p) };
@@
- a <<@p b
+ a >> b

@right@
expression a, b;
position p : script:python() { pick("<< for >>", p) };
@@
- a >>@p b
+ a << b

@complement@
expression a;
position p : script:python() { pick("no ~", p) };
@@
- ~@p
 a
