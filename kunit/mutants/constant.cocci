// SPDX-License-Identifier: GPL-2.0
// A number is one more, or one less; or nothing is added.
@initialize:python@
@@
from pick import pick

@more@
constant int c;
position p : script:python() { pick("one more", p) };
@@
- c@p
+ (c + 1)

@less@
constant int c;
position p : script:python() { pick("one less", p) };
@@
- c@p
+ (c - 1)

@plus@
expression a, b;
position p : script:python() { pick("first of two", p) };
@@
- a +@p b
+ a

@minus@
expression a, b;
position p : script:python() { pick("first of two", p) };
@@
- a -@p b
+ a
