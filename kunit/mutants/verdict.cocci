// SPDX-License-Identifier: GPL-2.0
// A function always says the same.
@initialize:python@
@@
from pick import pick

@yes@
typedef bool;
identifier f;
position p : script:python() { pick("returns true", p) };
@@
 bool f@p(...)
 {
+ return true;
 ...
 }

@no@
identifier f;
position p : script:python() { pick("returns false", p) };
@@
 bool f@p(...)
 {
+ return false;
 ...
 }

@zero@
identifier f;
typedef u32, u64;
type T = {int, u32, u64, long};
position p : script:python() { pick("returns 0", p) };
@@
 T f@p(...)
 {
+ return 0;
 ...
 }

@null@
identifier f;
type T;
position p : script:python() { pick("returns NULL", p) };
@@
 T *f@p(...)
 {
+ return NULL;
 ...
 }

@nothing@
identifier f;
position p : script:python() { pick("does nothing", p) };
@@
 void f@p(...)
 {
+ return;
 ...
 }
