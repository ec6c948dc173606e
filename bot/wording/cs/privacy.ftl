# S kým Sova smí mluvit a co odchází.

command-privacy = Ukáže, s kým mluvím, kde to je a co tam posílám

privacy-title = S kým mluvím
privacy-column-who = Kdo (nastavení)
privacy-column-host = Počítač (adresy)
privacy-column-where = Kde
privacy-column-use = Mluvím s ním
privacy-column-sent = Co tam posílám
privacy-nothing-leaves = Otázky, odpovědi, dokumenty ani historie nikdy neopustí vaši síť a s nikým jiným než s těmito nemluvím: žádná telemetrie, žádné dotazy na aktualizace. Co služba dělá s tím, co dostane, už nevidím.
privacy-platform = Co se píše tady, zná i sama platforma { $platform }.
privacy-leaving = Pozor: co posílám na { $hosts }, opouští vaši síť, protože to dovoluje SOVA_ALLOWED_HOSTS. S nikým jiným než s těmito nemluvím: žádná telemetrie, žádné dotazy na aktualizace. Co služba dělá s tím, co dostane, už nevidím.

contact-ollama = Ollama
contact-openai = Engine s rozhraním OpenAI
contact-own-engine = Můj vlastní engine
contact-redis = Redis
contact-own-history = Můj vlastní Valkey
contact-qdrant = Qdrant
contact-own-index = Můj vlastní index
contact-hub = Úložiště modelů
contact-package-index = Index balíčků (podle nastavení pip)
contact-collector = Sběrač tras (OpenTelemetry)
contact-discord = Discord
contact-slack = Slack

contact-sent-ollama = Otázky s dosavadní konverzací a úryvky vašich dokumentů
contact-sent-openai = Otázky s dosavadní konverzací a úryvky vašich dokumentů
contact-sent-own-engine = Otázky s dosavadní konverzací a úryvky vašich dokumentů
contact-sent-redis = Konverzace, volby modelů, doby odpovědí, hlasy o odpovědích a ve srovnáních, nastavení kanálů
contact-sent-own-history = Konverzace, volby modelů, doby odpovědí, hlasy o odpovědích a ve srovnáních, nastavení kanálů
contact-sent-qdrant = Vaše dokumenty po částech a každé hledání v podobě čísel
contact-sent-own-index = Vaše dokumenty po částech a každé hledání v podobě čísel
contact-sent-hub = Jen názvy souborů s modely
contact-sent-package-index = Jen názvy balíčků se soubory modelů
contact-sent-collector = Jak dlouho trvala každá část odpovědi, s názvy modelů a platforem; žádný text
contact-sent-discord = Na co se tam lidé ptají a odpovědi
contact-sent-slack = Na co se tam lidé ptají a odpovědi

contact-where-own = můj proces na tomto počítači
contact-where-machine = tento počítač
contact-where-site = vaše síť
contact-where-listed = mimo síť, povoleno v SOVA_ALLOWED_HOSTS
contact-where-outside = mimo síť
contact-where-unknown = adresu nikdo nezná
contact-where-untold = nezjišťovala jsem

contact-use-always = ano
contact-use-auto = zeptám se na modely, pak jen když ho vyberu
contact-use-on-request = jen při `sova models fetch`
contact-use-never = ne
