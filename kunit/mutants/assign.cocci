// SPDX-License-Identifier: GPL-2.0
// A variable stays as it was.
@initialize:python@
@@
from pick import pick

@set@
expression x, e;
position p : script:python() { pick("no assignment", p) };
@@
- x =@p e;
+ ;

@add@
expression x, e;
assignment operator op = {+=, -=, |=, &=, ^=, <<=, >>=};
position p : script:python() { pick("no assignment", p) };
@@
- x op@p e;
+ ;

@increment@
expression x;
position p : script:python() { pick("no increment", p) };
@@
(
- x++@p;
+ ;
|
- x--@p;
+ ;
|
- ++x@p;
+ ;
|
- --x@p;
+ ;
)
