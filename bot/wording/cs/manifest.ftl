# `sova manifest`: co Sova na platformě potřebuje a proč.

cli-manifest = vypíše, co se má platformě o Sově říct: odkaz s pozvánkou, oprávnění, intenty
cli-manifest-platform = která platforma
cli-manifest-client-id = id aplikace; jinak to, které je v SOVA_DISCORD_TOKEN
cli-manifest-json = vypíše to jako jeden objekt JSON

manifest-invite = Tímto odkazem pustíte Sovu na server:
manifest-no-client = K odkazu s pozvánkou potřebuji id aplikace: zadejte ho jako --client-id, nebo nastavte SOVA_DISCORD_TOKEN.
manifest-bad-client = „{ $id }“ není id aplikace: to je číslo o 17 až 20 číslicích.
manifest-title = Co Sova v Discordu potřebuje
manifest-intents = Tyto privilegované intenty zapněte na { $page }: { $intents }. Bez nich Discord Sovu nepustí dovnitř.
manifest-field-scopes = Rozsahy
manifest-field-permissions = Oprávnění celkem
manifest-column-permission = Oprávnění
manifest-column-bit = Bit
manifest-column-why = Proč
manifest-view-channel = Zobrazit kanály
manifest-view-channel-why = aby viděla, že se jí někdo ptá
manifest-send-messages = Posílat zprávy
manifest-send-messages-why = aby odpověděla
manifest-create-public-threads = Vytvářet veřejná vlákna
manifest-create-public-threads-why = aby odpověděla ve vlastním vlákně otázky
manifest-send-messages-in-threads = Posílat zprávy ve vláknech
manifest-send-messages-in-threads-why = aby tam pokračovala
manifest-read-message-history = Číst historii zpráv
manifest-read-message-history-why = aby odpověděla na konkrétní zprávu, přečetla si, co zaznělo předtím, a našla, nač se kdo ptal, když byla pryč

cli-manifest-url = pro Slack přes HTTP: kde Slack Sovu najde, třeba https://sova.example.com
manifest-no-url = Se SOVA_SLACK_MODE=http musí Slack vědět, kde mě najde: zadejte --url https://….
manifest-bad-url = „{ $url }“ není adresa, na které mě Slack najde: musí začínat https://.
slack-app-description = Asistentka vašeho týmu: odpovídá z vašich dokumentů, s modely na vašich strojích.
slack-app-long-description = Sova odpovídá na otázky z dokumentů vašeho týmu a u každé odpovědi řekne, kde to stojí. Modely běží na vašich vlastních strojích; cestou k nim žádná otázka neopustí vaši síť. Zmiňte ji v kanálu, napište jí přímo, nebo použijte její příkazy. Čte jen to, co se píše tam, kam ji pozvete.
slack-ask-usage = [soukromě:] vaše otázka
slack-shortcut-ask = Zeptat se Sovy na to
slack-shortcut-ask-why = Zeptat se na něco k této zprávě; odpověď přijde do jejího vlákna
slack-shortcut-summarize = Shrnout vlákno
slack-shortcut-summarize-why = Shrnout, co se v tomto vláknu řeklo
