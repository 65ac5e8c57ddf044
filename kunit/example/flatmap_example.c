// SPDX-License-Identifier: GPL-2.0
/*
 * How a kernel module uses flatmaps: counts packets of flows, as a driver might,
 * and notes which ports a host was seen on.
 *
 * An interrupt counts on while this task looks at the same entry. Nobody waits
 * for anybody. Loading the module runs the example, and fails if anything is not
 * as it should be.
 */
#include <linux/delay.h>
#include <linux/flatmap_typed.h>
#include <linux/irq_work.h>
#include <linux/kernel.h>
#include <linux/module.h>

#define PACKETS	10

struct flow {
	__be32 source;
	__be32 destination;
};

struct counters {
	u64 packets;
	u64 bytes;
};

/* Maps with types: what is put in and taken out is checked by the compiler. */
DEFINE_FLATMAP(flow_map, struct flow, struct counters);
DEFINE_FLATMULTIMAP(port_map, __be32, __be16);

static const struct flow web = {
	.source = cpu_to_be32(0xc0000201),
	.destination = cpu_to_be32(0xc6336407),
};

static const struct counters first = { .packets = 1, .bytes = 1500 };

static struct flow_map flows;
static struct port_map ports;

static int count(struct counters *counters, void *bytes)
{
	counters->packets++;
	counters->bytes += *(u32 *)bytes;
	return 0;
}

/* In a hard interrupt: a writer like any other, and no count is ever lost. */
static void count_packet(struct irq_work *unused)
{
	u32 bytes = 1500;

	flow_map_modify(&flows, &web, count, &bytes, GFP_ATOMIC);
}

/* A pinned value stays as it is, across a sleep and whatever interrupts do. */
static int read_while_counting(void)
{
	struct irq_work interrupt = IRQ_WORK_INIT_HARD(count_packet);
	const struct counters *counters;
	struct counters latest;
	struct flatmap_pin pin;
	int err, i;

	err = flatmap_pin(flows.map, &web, &pin);
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

	err = flow_map_lookup(&flows, &web, &latest);
	if (err)
		return err;
	return latest.packets == 1 + PACKETS &&
	       latest.bytes == 1500 * latest.packets ? 0 : -EUCLEAN;
}

/* All entries, in the order of their hashes. */
static u64 all_packets(void)
{
	struct flow_map_cursor cursor = {};
	struct counters counters;
	struct flow flow;
	u64 packets = 0;

	while (!flow_map_next(&flows, &cursor, &flow, &counters))
		packets += counters.packets;
	return packets;
}

static int count_flows(void)
{
	struct flow other = { .destination = web.destination };
	struct counters counters;
	int err;

	err = flow_map_insert(&flows, &web, &first, GFP_KERNEL);
	if (err)
		return err;

	/* Only the first insert of a key succeeds; upsert tells which it was. */
	if (flow_map_insert(&flows, &web, &first, GFP_KERNEL) != -EEXIST ||
	    flow_map_upsert(&flows, &other, &first, GFP_KERNEL) != 0 ||
	    flow_map_upsert(&flows, &other, &first, GFP_KERNEL) != 1)
		return -EUCLEAN;

	err = read_while_counting();
	if (err)
		return err;
	if (all_packets() != 1 + PACKETS + 1)
		return -EUCLEAN;

	/* Of those who delete an entry one gets its value. */
	err = flatmap_delete_return(flows.map, &other, &counters);
	if (err)
		return err;
	return flow_map_delete(&flows, &other) == -ENOENT ? 0 : -EUCLEAN;
}

/* A key with several values: they are read as a set that existed at one moment. */
static int note_ports(void)
{
	const __be16 seen[] = { cpu_to_be16(443), cpu_to_be16(80), cpu_to_be16(22) };
	struct flatmap_result result;
	__be16 known[4];
	int err, i;

	for (i = 0; i < ARRAY_SIZE(seen); i++) {
		err = port_map_add(&ports, &web.source, &seen[i], GFP_KERNEL);
		if (err)
			return err;
	}
	err = port_map_delete_value(&ports, &web.source, &seen[1]);
	if (err)
		return err;
	err = port_map_values(&ports, &web.source, known, ARRAY_SIZE(known), &result);
	if (err)
		return err;
	return result.values == 2 && known[0] == seen[0] && known[1] == seen[2] ?
	       0 : -EUCLEAN;
}

static int __init example_init(void)
{
	int err;

	err = flow_map_create(&flows, 1000, FLATMAP_HASH_SIPHASH);
	if (err)
		return err;
	err = port_map_create(&ports, 1000, FLATMAP_HASH_SIPHASH);
	if (err)
		goto err_flows;

	err = count_flows() ?: note_ports();
	if (err) {
		pr_err("flatmap_example: failed: %d\n", err);
		goto err_ports;
	}
	pr_info("flatmap_example: ok\n");
	return 0;

err_ports:
	port_map_destroy(&ports);
err_flows:
	flow_map_destroy(&flows);
	return err;
}

static void __exit example_exit(void)
{
	port_map_destroy(&ports);
	flow_map_destroy(&flows);
}

module_init(example_init);
module_exit(example_exit);
MODULE_DESCRIPTION("How to use flatmaps");
MODULE_AUTHOR("The flatmap authors");
MODULE_LICENSE("GPL");
