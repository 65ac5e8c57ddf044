// SPDX-License-Identifier: GPL-2.0
// A condition is the opposite, or always true, or never. spatch knows no conditions of do.
@initialize:python@
@@
from pick import pick

@not@
expression c;
statement S1, S2;
position p : script:python() { pick("opposite condition", p) };
@@
if@p (
- c
+ !(c)
 ) S1 else S2

@not_else@
expression c;
statement S;
position p : script:python() { pick("opposite condition", p) };
@@
if@p (
- c
+ !(c)
 ) S

@yes@
expression c;
statement S1, S2;
position p : script:python() { pick("condition true", p) };
@@
if@p (
- c
+ true || (c)
 ) S1 else S2

@yes_else@
expression c;
statement S;
position p : script:python() { pick("condition true", p) };
@@
if@p (
- c
+ true || (c)
 ) S

@no@
expression c;
statement S1, S2;
position p : script:python() { pick("condition false", p) };
@@
if@p (
- c
+ false && (c)
 ) S1 else S2

@no_else@
expression c;
statement S;
position p : script:python() { pick("condition false", p) };
@@
if@p (
- c
+ false && (c)
 ) S

@while_not@
expression c;
statement S;
position p : script:python() { pick("opposite condition", p) };
@@
while@p (
- c
+ !(c)
 ) S

@while_never@
expression c;
statement S;
position p : script:python() { pick("condition false", p) };
@@
while@p (
- c
+ false && (c)
 ) S

@for_once@
expression c, e;
statement S;
position p : script:python() { pick("condition false", p) };
@@
for@p (...;
- c
+ false && (c)
 ; e) S

@left@
expression c, a, b;
position p : script:python() { pick("first of two", p) };
@@
- c ?@p a : b
+ ((void)(c), a)

@right@
expression c, a, b;
position p : script:python() { pick("second of two", p) };
@@
- c ?@p a : b
+ ((void)(c), b)

@default_left@
expression a, b;
position p : script:python() { pick("first of two", p) };
@@
- a ?:@p b
+ a

@default_right@
expression a, b;
position p : script:python() { pick("second of two", p) };
@@
- a ?:@p b
+ ((void)(a), b)
