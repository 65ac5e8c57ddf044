# shellcheck shell=sh disable=SC2154 # what they use is in checks.sh
#
# Cases of tool_test.sh: one entry.

set_and_get() {
	two && flatmapctl set two 3 three && prints three flatmapctl get two 3 && flatmapctl set two 3 tri &&
		prints tri flatmapctl get two 3 && flatmapctl set two 3 '' && prints '' flatmapctl get two 3 &&
		refuses 1 'two: key 4: no such key' flatmapctl get two 4
}

insert() {
	two && silent flatmapctl insert two 3 three && prints three flatmapctl get two 3 &&
		refuses 1 'two: key 3: the key is there already' flatmapctl insert two 3 other &&
		prints three flatmapctl get two 3
}

update() {
	two && silent flatmapctl update two 1 uno && prints uno flatmapctl get two 1 &&
		refuses 1 'two: key 3: no such key' flatmapctl update two 3 x &&
		refuses 1 'two: key 3: no such key' flatmapctl get two 3
}

del() {
	two && silent flatmapctl del two 1 &&
		refuses 1 'two: key 1: no such key' flatmapctl get two 1 &&
		refuses 1 'two: key 1: no such key' flatmapctl del two 1 && prints two flatmapctl get two 2
}

full() {
	flatmapctl create m --key u64 --value u64 --entries 3 --fixed || return
	for key in 1 2 3; do
		flatmapctl set m $key $key || return
	done
	refuses 3 'm: key 4: the map is full' flatmapctl set m 4 4 &&
		refuses 3 'm: key 4: the map is full' flatmapctl insert m 4 4 &&
		flatmapctl set m 3 33 && flatmapctl update m 2 22 && flatmapctl del m 1 && flatmapctl insert m 4 4 &&
		refuses 3 'm: key 1: the map is full' flatmapctl set m 1 1 && prints 33 flatmapctl get m 3
}
