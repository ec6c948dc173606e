### Grafy, a čím jsou pro toho, kdo je nevidí.

chart-decimal-mark = ,
chart-figure = { NUMBER($value, maximumFractionDigits: 2) }
chart-row = { $label }: { $figures }
chart-course = { $label }: mezi { NUMBER($least, maximumFractionDigits: 0) } a { NUMBER($most, maximumFractionDigits: 0) }, nakonec { NUMBER($last, maximumFractionDigits: 0) }
chart-described = { $title } ({ $unit }): { $rows }.

stats-chart-latency = Doby odpovědí
stats-chart-seconds = sekundy, medián každé části
stats-chart-queue = fronta
stats-chart-search = hledání
stats-chart-load = načítání
stats-chart-first-token = první token
stats-chart-rest = zbytek odpovědi
stats-chart-p95 = 95 % hotovo do
stats-chart-turns = { $turns ->
    [one] { $turns } odpověď
    [few] { $turns } odpovědi
    [many] { $turns } odpovědi
   *[other] { $turns } odpovědí
}
stats-chart-machine = Tento počítač teď
stats-chart-percent = % využito
stats-chart-of = { $used } z { $total }
