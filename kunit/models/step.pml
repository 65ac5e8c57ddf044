/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the models share: steps that can be left out, and outcomes that must occur.
 */

/*
 * A step of the protocol, by the name it has in word.h where it has one there;
 * compiled with -DWITHOUT_name it is missing, as fm_step() in step.h. It stands in
 * conditions only, so that a model has the same statements either way. The macros
 * are those of __is_defined() in linux/kconfig.h.
 */
#define step(name)		step_is(WITHOUT_##name)
#define step_is(value)		step_value(value)
#define step_value(value)	step_has(step_mark_##value)
#define step_has(mark)		step_second(mark false, true)
#define step_second(a, b, ...)	b
#define step_mark_1		~,

/*
 * This outcome must occur in some run: kunit/models/run fails if a statement of a
 * model cannot be reached.
 */
#define occurs(outcome)		if :: (outcome) -> printf("occurs") :: else fi
