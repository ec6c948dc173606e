# Co se mačká a píše ve Slacku, a Sovina vlastní stránka tam.

slack-looking = Okamžik, dívám se…
slack-close = Zavřít
slack-send = Odeslat
slack-in-thread = Ve vláknech Slack příkazy nezná. Napište tohle do vlákna, které máte na mysli: @{ $me } { $command }. Pod odpovědí jsou na totéž tlačítka.
slack-asks = { $name } se ptá:
slack-ask-title = Zeptat se Sovy
slack-ask-label = Co byste o tom chtěli vědět?
slack-suggestions = Můžete se mě zeptat třeba:
suggestion-abilities-title = Co umíš?
suggestion-abilities = S čím mi můžeš pomoci?
suggestion-document = Co se píše v dokumentu „{ $title }“? Shrň mi to.

slack-home-title = Sova
slack-home-intro = Odpovídám z dokumentů vašeho týmu, s modely, které běží na vašich vlastních strojích. Ptejte se mě tady ve zprávách, zmiňte mě v kanálu (@{ $me }), nebo v nabídce zprávy vyberte „Zeptat se Sovy na to“.
slack-home-model = Který model vám odpovídá, ať se ptáte kdekoli
slack-home-settings = Pro celý pracovní prostor
slack-home-choose = Vyberte…
slack-home-all-channels = Všechny kanály
slack-home-words = Ve vláknech Slack příkazy nezná. Totéž tam umějí slova: @{ $me } zastavit, @{ $me } zdroje, @{ $me } model llama3.

