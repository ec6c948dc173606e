# Příkaz `sova` o sobě.

cli-sova = Vlastní asistentka týmu: lokální modely, týmový chat, týmové dokumenty.
cli-sova-settings = Nastavení se čte z prostředí a ze souboru .env; každé vysvětluje .env.example.
cli-version = vypíše verzi
cli-command = PŘÍKAZ
cli-chat = rozhovor v terminálu
cli-ask = jedna otázka, odpověď a konec
cli-ask-question = otázka; „-“ ji přečte ze standardního vstupu
cli-ask-json = místo textu vypíše jeden objekt JSON
cli-ask-attach = text, dokument nebo obrázek, na který se ptáte; může být uveden vícekrát
cli-models = vypíše modely, stáhne soubor pro vestavěný engine, zvolí výchozí model, nebo řekne, co se vejde do paměti
cli-models-action = list vypíše, co tu je, fetch stáhne soubor, use zvolí výchozí model, fit řekne, zda se model na tento počítač vejde; a u enginu, který odpovídá: info o modelu řekne vše, pull ho nechá stáhnout, warm načíst, unload uvolnit z paměti, delete smazat
cli-models-name = který model; bez něj ten, který se hodí k paměti tohoto počítače, a při fetch i modely pro vyhledávání, při fit všechny, které tu jsou; fit bere i velikost, třeba „13B Q4“
cli-models-context = při fit: kolik tokenů kontextu má model mít
cli-models-parallel = při fit: kolik odpovědí má dávat najednou
cli-models-cache = při fit: jak se kontext ukládá; f16 je obvyklé, q8_0 zabere polovinu
cli-models-json = při fit: vypíše jeden objekt JSON, bez názvu jeden seznam
cli-models-yes = při pull: stáhne ho, i když se na tento počítač nevejde; při delete: opravdu ho smaže
cli-models-if-needed = model pro konverzaci stáhne jen tehdy, když by odpovídal vestavěný engine a žádný ještě nemá; bez názvu modelu stáhne i modely pro vyhledávání, pokud chybějí
cli-index = srovná index se složkou se znalostmi
cli-index-force = i když víc než polovina dokumentů zmizela
cli-index-json = vypíše, co se stalo, jako jeden objekt JSON
cli-doctor = zkontroluje instalaci a poradí, co spravit
cli-doctor-json = vypíše nálezy jako jeden objekt JSON
cli-serve = obsluhuje chatovací platformy: přijímá otázky a odpovídá na ně
cli-serve-platforms = jen tyto platformy, oddělené čárkou; odpovídá pak „sova worker“ na tomto nebo na jiných počítačích
cli-worker = odpovídá na to, co přijme „sova serve --platforms …“
cli-lang = jazyk, kterým Sova mluví sama za sebe
cli-conversation = ve které konverzaci pokračovat
cli-model = který model tentokrát odpoví

notice-engine-taken-ollama = Odpovídá Ollama na { $url }.
notice-engine-taken-openai = Odpovídá engine na { $url }.
notice-engine-taken-embedded = Odpovídá vestavěný engine.
notice-engine-taken-embedded-no-ollama = Odpovídá vestavěný engine: Ollama na { $url } se neozývá.
notice-engine-taken-embedded-ollama-empty = Odpovídá vestavěný engine: Ollama na { $url } nemá žádný model pro konverzaci.
