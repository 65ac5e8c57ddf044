/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracepoints of resizing: `trace-cmd record -e flatmap` and the like show them.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM flatmap

#if !defined(_FLATMAP_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _FLATMAP_TRACE_H

#include <linux/tracepoint.h>

struct flatmap;

TRACE_EVENT(flatmap_resize_begin,
	TP_PROTO(const struct flatmap *map, u64 entries, u64 from, u64 to),
	TP_ARGS(map, entries, from, to),
	TP_STRUCT__entry(
		__field(const void *, map)
		__field(u64, entries)
		__field(u64, from)
		__field(u64, to)
	),
	TP_fast_assign(
		__entry->map = map;
		__entry->entries = entries;
		__entry->from = from;
		__entry->to = to;
	),
	TP_printk("map=%p entries=%llu capacity=%llu to=%llu", __entry->map,
		  __entry->entries, __entry->from, __entry->to)
);

TRACE_EVENT(flatmap_resize_end,
	TP_PROTO(const struct flatmap *map, u64 moved, u64 helped, u64 ns),
	TP_ARGS(map, moved, helped, ns),
	TP_STRUCT__entry(
		__field(const void *, map)
		__field(u64, moved)
		__field(u64, helped)
		__field(u64, ns)
	),
	TP_fast_assign(
		__entry->map = map;
		__entry->moved = moved;
		__entry->helped = helped;
		__entry->ns = ns;
	),
	TP_printk("map=%p moved=%llu helped=%llu ns=%llu", __entry->map,
		  __entry->moved, __entry->helped, __entry->ns)
);

TRACE_EVENT(flatmap_resize_abort,
	TP_PROTO(const struct flatmap *map, u64 entries, int error),
	TP_ARGS(map, entries, error),
	TP_STRUCT__entry(
		__field(const void *, map)
		__field(u64, entries)
		__field(int, error)
	),
	TP_fast_assign(
		__entry->map = map;
		__entry->entries = entries;
		__entry->error = error;
	),
	TP_printk("map=%p entries=%llu error=%d", __entry->map, __entry->entries,
		  __entry->error)
);

TRACE_EVENT(flatmap_region_free,
	TP_PROTO(const struct flatmap *map, u32 number, u64 bytes, bool pinned),
	TP_ARGS(map, number, bytes, pinned),
	TP_STRUCT__entry(
		__field(const void *, map)
		__field(u32, number)
		__field(u64, bytes)
		__field(bool, pinned)
	),
	TP_fast_assign(
		__entry->map = map;
		__entry->number = number;
		__entry->bytes = bytes;
		__entry->pinned = pinned;
	),
	TP_printk("map=%p number=%u bytes=%llu pinned=%d", __entry->map,
		  __entry->number, __entry->bytes, __entry->pinned)
);

#endif /* _FLATMAP_TRACE_H */

#undef TRACE_INCLUDE_PATH
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_PATH .
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
