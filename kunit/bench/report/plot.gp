# Draws what draw.py puts before this: `$data`, columns with a line of titles, the first being the labels; as `bars`, or
# else as lines, on a logarithmic scale where `logscale` says so. Each column has its word in colours and in dashes.
# What is black here follows the page.
set terminal svg size width,380 dynamic font 'sans-serif,12' noenhanced
set datafile separator tab
set datafile missing '?'
set grid ytics linecolor 'gray60'
set border 3
set xtics nomirror
set ytics nomirror
set ylabel ylabel
set yrange [0:*]
if (logscale) {
	set logscale y
	set yrange [*:*]
}
columns = words(colours) + 1
if (bars) {
	set key above
	set style data histograms
	set style histogram clustered gap 1
	set style fill solid 0.8 noborder
	set xtics rotate by -35 left
	plot for [n = 2:columns] $data using n:xtic(1) title columnheader(n) linecolor rgb word(colours, n - 1)
} else {
	set key below
	set xlabel xlabel
	set xrange [-0.3:|$data| - 1.7]
	plot for [n = 2:columns] $data using 0:n:xtic(1) title columnheader(n) with linespoints linewidth 2 \
		linecolor rgb word(colours, n - 1) dashtype int(word(dashes, n - 1)) pointtype 7 pointsize 0.4
}
