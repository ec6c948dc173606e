### Charts, and what they are for those who can't see them.

chart-decimal-mark = .
chart-figure = { NUMBER($value, maximumFractionDigits: 2) }
chart-row = { $label }: { $figures }
chart-course = { $label }: between { NUMBER($least, maximumFractionDigits: 0) } and { NUMBER($most, maximumFractionDigits: 0) }, { NUMBER($last, maximumFractionDigits: 0) } in the end
chart-described = { $title } ({ $unit }): { $rows }.

stats-chart-latency = Answer times
stats-chart-seconds = seconds, median of each part
stats-chart-queue = queue
stats-chart-search = search
stats-chart-load = loading
stats-chart-first-token = first token
stats-chart-rest = rest of the answer
stats-chart-p95 = 95% done by
stats-chart-turns = { $turns ->
    [one] { $turns } answer
   *[other] { $turns } answers
}
stats-chart-machine = This machine now
stats-chart-percent = % in use
stats-chart-of = { $used } of { $total }
