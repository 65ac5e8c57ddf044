// SPDX-License-Identifier: GPL-2.0
// Two conditions are joined the other way, or one of them is left out.
@initialize:python@
@@
from pick import pick

@or@
expression a, b;
position p : script:python() { pick("|| for &&", p) };
@@
- a &&@p b
+ ((a) || (b))

@and@
expression a, b;
position p : script:python() { pick("&& for ||", p) };
@@
- a ||@p b
+ ((a) && (b))

@and_first@
expression a, b;
position p : script:python() { pick("first of two", p) };
@@
- a &&@p b
+ a

@and_second@
expression a, b;
position p : script:python() { pick("second of two", p) };
@@
- a &&@p b
+ b

@or_first@
expression a, b;
position p : script:python() { pick("first of two", p) };
@@
- a ||@p b
+ a

@or_second@
expression a, b;
position p : script:python() { pick("second of two", p) };
@@
- a ||@p b
+ b

@not@
expression a;
position p : script:python() { pick("no !", p) };
@@
- !@p
 a
