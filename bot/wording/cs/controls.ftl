# Co se v Discordu mačká a píše: tlačítka, formuláře, příkazy.

button-stop = Zastavit
button-sources = Zdroje
button-no-models = Teď se mi nedaří zjistit, jaké modely tu jsou.
button-which-model = Který model má odpovědět znovu?
button-models = Vyberte model
button-asked-model = Znovu odpovídá { $model }.
button-given-below = Novou odpověď nemohu dát na místo té staré, takže přijde níž.
button-outdated = Tohle tlačítko je z jiné mé verze a už nevím, co znamenalo. Totéž umějí příkazy.

feedback-title = Co bylo špatně?
feedback-reason = Vlastními slovy, pokud chcete
feedback-thanks = Děkuji, to pomůže.

command-ask = Zeptejte se mě
command-ask-question = co byste chtěli vědět
command-ask-private = odpověď uvidíte jen vy
command-ask-file = text, dokument nebo obrázek, kterého se otázka týká

ask-with-file = 📎 { $name }
private-expired = Odpověď vám tam Discord dovolí ukázat jen 15 minut. Na tohle jste se tam ptali:

slash-shared = Hotovo. Přečíst si to tu mohou všichni.
slash-outdated = Tento příkaz se změnil. Vyberte ho prosím znovu; než Discord ukáže nový, může to minutu trvat.
slash-help = nápověda
slash-help-command = příkaz
slash-model = model
slash-model-name = název
slash-model-scope = rozsah
slash-model-scope-thread = toto vlákno
slash-model-scope-channel = tento kanál
slash-model-scope-user = jen já
slash-model-scope-workspace = tento server
slash-model-scope-global = všichni
slash-sources = zdroje
slash-sources-number = číslo
slash-knowledge = dokumenty
slash-knowledge-action = akce
slash-knowledge-action-reindex = projít znovu
slash-knowledge-action-force = projít znovu, i když většina chybí
slash-stats = statistiky
slash-stop = zastavit
slash-regenerate = znovu
slash-forget = zapomenout
slash-forget-what = co
slash-forget-what-here = tuto konverzaci
slash-forget-what-me = na co jsem se ptal(a) já
slash-forget-what-person = na co se ptal někdo jiný
slash-forget-who = kdo
slash-privacy = soukromí
slash-ask = zeptat-se
slash-ask-question = otázka
slash-ask-private = soukromě
slash-ask-file = soubor
