// SPDX-License-Identifier: GPL-2.0
// An access takes no account of others.
@initialize:python@
@@
from pick import pick

@unconditional@
expression word, old, new;
position p : script:python() { pick("xchg for cmpxchg", p) };
@@
- cmpxchg@p(word, old, new)
+ (xchg(word, new), old)

@unconditional_try@
expression word, old, new;
position p : script:python() { pick("xchg for cmpxchg", p) };
@@
- try_cmpxchg@p(word, old, new)
+ (xchg(word, new), true)

@unhelpful@
expression level, word;
position p : script:python() { pick("fm_read for fm_settle", p) };
@@
- fm_settle@p(level, word)
+ fm_read(word)

@unresolved@
expression word;
position p : script:python() { pick("READ_ONCE for fm_read", p) };
@@
- fm_read@p(word)
+ READ_ONCE(*(word))
