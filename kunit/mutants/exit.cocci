// SPDX-License-Identifier: GPL-2.0
// A loop or a function goes on where it should end. The last return of a function stays.
@initialize:python@
@@
from pick import pick

@goes_on@
position p : script:python() { pick("no continue", p) };
@@
- continue@p;
+ ;

@no_break@
expression c;
position p : script:python() { pick("no break", p) };
@@
 if (c)
- break@p;
+ ;

@no_break_else@
position p : script:python() { pick("no break", p) };
statement S;
expression c;
@@
 if (c) S else
- break@p;
+ ;

@no_return@
expression c;
position p : script:python() { pick("no return", p) };
@@
 if (c)
- return@p ...;
+ ;

@no_return_block@
expression c;
position p : script:python() { pick("no return", p) };
@@
 if (c) {
 ...
- return@p ...;
+ ;
 }
