// SPDX-License-Identifier: GPL-2.0
/*
 * How a kernel module uses a flatmap: counts packets of flows, as a driver might.
 *
 * An interrupt counts on while this task looks at the same entry. Nobody waits
 * for anybody. Loading the module runs the example, and fails if anything is not
 * as it should be.
 */
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/irq_work.h>
#include <linux/module.h>
#include <linux/flatmap.h>

#define PACKETS	10

struct flow {
	__be32 source;
	__be32 destination;
};

struct counters {
	u64 packets;
	u64 bytes;
};

static const struct flow web = {
	.source = cpu_to_be32(0xc0000201),
	.destination = cpu_to_be32(0xc6336407),
};

static struct flatmap *flows;

/* In a hard interrupt: a writer like any other. */
static void count_packet(struct irq_work *unused)
{
	struct counters counters;

	if (flatmap_lookup(flows, &web, &counters, NULL))
		return;
	counters.packets++;
	counters.bytes += 1500;
	flatmap_update(flows, &web, &counters, GFP_ATOMIC);
}

/* A pinned value stays as it is, across a sleep and whatever interrupts do. */
static int read_while_counting(void)
{
	struct irq_work interrupt = IRQ_WORK_INIT_HARD(count_packet);
	const struct counters *counters;
	struct counters latest;
	struct flatmap_pin pin;
	int err, i;

	err = flatmap_pin(flows, &web, &pin);
	if (err)
		return err;
	counters = pin.value;

	for (i = 0; i < PACKETS; i++) {
		irq_work_queue(&interrupt);
		msleep(20);
	}
	irq_work_sync(&interrupt);

	if (counters->packets != 1)
		err = -EUCLEAN;
	flatmap_unpin(&pin);
	if (err)
		return err;

	err = flatmap_lookup(flows, &web, &latest, NULL);
	if (err)
		return err;
	return latest.packets == 1 + PACKETS &&
	       latest.bytes == 1500 * latest.packets ? 0 : -EUCLEAN;
}

static int count_flows(void)
{
	struct counters counters = { .packets = 1, .bytes = 1500 };
	struct flow other = web;
	struct flatmap_stats stats;
	int err;

	err = flatmap_insert(flows, &web, &counters, GFP_KERNEL);
	if (err)
		return err;

	/* Only the first insert of a key succeeds; upsert tells which it was. */
	if (flatmap_insert(flows, &web, &counters, GFP_KERNEL) != -EEXIST)
		return -EUCLEAN;
	other.source = 0;
	if (flatmap_upsert(flows, &other, &counters, GFP_KERNEL) != 0 ||
	    flatmap_upsert(flows, &other, &counters, GFP_KERNEL) != 1)
		return -EUCLEAN;

	err = read_while_counting();
	if (err)
		return err;

	/* Of those who delete an entry one gets its value. */
	err = flatmap_delete_return(flows, &other, &counters);
	if (err)
		return err;
	if (flatmap_delete(flows, &other) != -ENOENT)
		return -EUCLEAN;

	flatmap_stats(flows, &stats);
	return stats.entries == 1 ? 0 : -EUCLEAN;
}

static int __init example_init(void)
{
	const struct flatmap_params params = {
		.entries = 1000,
		.key_size = sizeof(struct flow),
		.value_size = sizeof(struct counters),
		.hash = FLATMAP_HASH_SIPHASH,
	};
	int err;

	flows = flatmap_create(&params);
	if (IS_ERR(flows))
		return PTR_ERR(flows);

	err = count_flows();
	if (err) {
		pr_err("flatmap_example: failed: %d\n", err);
		flatmap_destroy(flows);
		return err;
	}
	pr_info("flatmap_example: ok\n");
	return 0;
}

static void __exit example_exit(void)
{
	flatmap_destroy(flows);
}

module_init(example_init);
module_exit(example_exit);
MODULE_DESCRIPTION("How to use a flatmap");
MODULE_AUTHOR("The flatmap authors");
MODULE_LICENSE("GPL");
