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
