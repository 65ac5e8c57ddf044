# Draws the columns that simd.py writes, `data`: a panel for each hash, time over batch size. First scalar and auto,
# then each set of vector instructions, without the section and, dashed, with it; dotted, what they are compared with.
set terminal svg size 1000,1000 background rgb 'white'
set datafile separator tab
set datafile columnheaders
set multiplot layout 2,1
set logscale x 2
set logscale y 10
set xlabel 'keys in a batch'
set ylabel 'nanoseconds a key'
set ytics add (20, 50, 200, 500)
set grid
set key below maxrows 3
set linetype 5 linecolor 'gray50'

array titles[2] = ['fast hash', 'default hash (SipHash)']
others = 4
do for [hash = 1:2] {
	stats data index hash - 1 nooutput
	first = STATS_columns - others + 1
	set title titles[hash]
	plot for [n = 2:first - 1] data index hash - 1 using 1:n title columnheader(n) with linespoints \
			linewidth 2 pointsize 0.5 linecolor (n < 4 ? n - 1 : n / 2 + 1) dashtype 1 + (n > 4 && n % 2), \
		for [n = first:STATS_columns] data index hash - 1 using 1:n title columnheader(n) with lines \
			linewidth 2 linecolor (n - first + 5) dashtype 3
}
unset multiplot
