# Co zjistí `sova doctor` a co s tím.

doctor-title = Prohlídka
doctor-fine = Všechno je v pořádku.
doctor-problems = { $problems ->
    [0] žádný problém
    [one] { $problems } problém
    [few] { $problems } problémy
   *[other] { $problems } problémů
  }
doctor-warnings = { $warnings ->
    [0] žádné varování
    [one] { $warnings } varování
    [few] { $warnings } varování
   *[other] { $warnings } varování
  }
doctor-summary = Nález: { doctor-problems }, { doctor-warnings }.

doctor-check-python = Python
doctor-check-settings = Nastavení
doctor-check-access = Přístup
doctor-check-folders = Složky
doctor-check-memory = Paměť
doctor-check-engine = Engine
doctor-check-model = Model
doctor-check-history = Historie
doctor-check-documents = Dokumenty
doctor-check-index = Index
doctor-check-platforms = Chatovací platformy
doctor-check-network = Síť

doctor-python = Python { $version }, { $bits } bitů
doctor-python-old = Python { $version } je příliš starý.
doctor-python-old-remedy = Nainstalujte Python { $needed } nebo novější a Sovu s ním nastavte znovu.
doctor-python-32-bit = Python { $version } má jen { $bits } bitů; modely jich potřebují 64.
doctor-python-32-bit-remedy = Nainstalujte 64bitový Python a Sovu s ním nastavte znovu.

doctor-settings = všechny proměnné znám
doctor-setting-unknown = Proměnná { $name } je nastavená, ale nic ji nečte.
doctor-setting-unknown-remedy = { $nearest ->
    [none] Odstraňte ji; co nastavit jde, vypisuje `.env.example`.
   *[other] Nemysleli jste { $nearest }? Co nastavit jde, vypisuje `.env.example`.
  }
doctor-setting-refused = Nastavení { $name } nelze použít: { $reason }
doctor-setting-refused-remedy = Opravte ho v prostředí nebo v `.env`; co přijímá, říká `.env.example`. Nic dalšího se prohlédnout nedalo.
doctor-secrets-readable = { $path } obsahuje tajné údaje a ostatní na tomto počítači ho mohou číst.
doctor-secrets-readable-remedy = chmod 600 { $path }

doctor-access = { $platforms ->
    [none] { $path } lze přečíst; zatím v něm žádná pravidla nejsou
   *[other] { $path } určuje, kdo co smí, na těchto platformách: { $platforms }
  }
doctor-access-usual = ptát se a vybírat si modely smí každý, { $admins ->
    [0] správcem je jen ten, kdo sedí u terminálu
    [one] v SOVA_ADMINS je uveden { $admins } správce
    [few] v SOVA_ADMINS jsou uvedeni { $admins } správci
   *[other] v SOVA_ADMINS je uvedeno { $admins } správců
  }
doctor-access-bad = { $problem }
doctor-access-bad-remedy = Opravte ho. Běžící Sova pokračuje s posledními dobrými pravidly a nová převezme hned, jak je uložíte; do té doby se žádná nespustí.
doctor-access-open = Soubor { $path } mohou na tomto počítači měnit i ostatní, a tím i to, kdo co smí.
doctor-access-open-remedy = chmod go-w { $path }
doctor-access-unread = Soubor { $path } tu je, ale nic ho nečte.
doctor-access-unread-remedy = Nastavte SOVA_ACCESS_FILE={ $path }, nebo ho smažte.
doctor-audit = { $lines ->
    [one] v { $path } je zapsáno { $lines } použití příkazu pro správce
    [few] v { $path } jsou zapsána { $lines } použití příkazů pro správce
   *[other] v { $path } je zapsáno { $lines } použití příkazů pro správce
  }
doctor-audit-trouble = Do auditního záznamu { $path } nelze psát: { $reason ->
    [ENOSPC] disk je plný
    [EACCES] nesmím tam zapisovat
   *[other] { $reason }
  }. Příkazy pro správce se provádějí, aniž by v něm zanechaly stopu.
doctor-audit-trouble-remedy = Uvolněte místo na disku, nebo opravte práva souboru.
doctor-audit-gaps = { $missed ->
    [one] V auditním záznamu { $path } chybí { $missed } řádek: nešel zapsat.
    [few] V auditním záznamu { $path } chybí { $missed } řádky: nešly zapsat.
   *[other] V auditním záznamu { $path } chybí { $missed } řádků: nešly zapsat.
  }
doctor-audit-gaps-remedy = Kdy a proč, říká sova.log. Upozornění zmizí, až se soubor otočí, nebo až ho uložíte jinam.

doctor-folder = { $path }: lze zapisovat, volných { NUMBER($free, maximumFractionDigits: 1) } GB
doctor-folder-not-writable = Nemohu zapisovat do { $path } ({ $setting }): { $reason ->
    [EACCES] nesmím
    [EPERM] nesmím
    [EROFS] disk je jen pro čtení
    [ENOSPC] disk je plný
    [EDQUOT] kvóta je vyčerpaná
    [ENOTDIR] na jejím místě je soubor
   *[other] { $reason }
  }.
doctor-folder-not-writable-remedy = Dejte mi složku, do které smím zapisovat: upravte její práva, nebo nastavte { $setting }.
doctor-folder-not-private = Do { $path } ({ $setting }) se dostanou i ostatní na tomto počítači.
doctor-folder-not-private-remedy = chmod 700 { $path }
doctor-folder-little-room = V { $path } ({ $setting }) je volných jen { NUMBER($free, maximumFractionDigits: 1) } GB; doporučuji { NUMBER($needed, maximumFractionDigits: 1) } GB.
doctor-folder-little-room-remedy = Uvolněte na tom disku místo, nebo nastavte { $setting } na složku na jiném.

doctor-memory = { $gpus ->
    [0] volných { NUMBER($free, maximumFractionDigits: 1) } GB RAM, žádná grafická karta, na kterou bych se uměla zeptat
   *[other] volných { NUMBER($free, maximumFractionDigits: 1) } GB RAM a { NUMBER($vram, maximumFractionDigits: 1) } GB VRAM
  }
doctor-model-too-large = Model { $model } potřebuje nejméně { NUMBER($needed, maximumFractionDigits: 1) } GB paměti, volných je { NUMBER($free, maximumFractionDigits: 1) } GB.
doctor-model-too-large-remedy = Zvolte menší model (SOVA_MODEL), zavřete jiné programy, nebo přidejte paměť.
doctor-gpu-unused = Je tu grafická karta ({ $gpu }), ale model { $model } leží celý v RAM a odpovídá pomalu.
doctor-gpu-unused-remedy = Ověřte, že engine kartu vidí (ovladač, práva kontejneru) a že se model vejde do její paměti.

doctor-engine = { $tried ->
    [none] { $version ->
        [none] { $engine } na { $url }
       *[other] { $engine } { $version } na { $url }
      }
   *[other] { $version ->
        [none] { $engine } na { $url }; nejdřív jsem hledala Ollamu na { $tried }, ale není tam nebo nemá model pro konverzaci
       *[other] { $engine } { $version } na { $url }; nejdřív jsem hledala Ollamu na { $tried }, ale není tam nebo nemá model pro konverzaci
      }
  }
doctor-engine-host = { $version ->
    [none] Počítač { $url } odpovídá (odpovědí najednou: { $parallel }); v paměti: { $models ->
        [none] žádný model
       *[other] { $models }
      }.
   *[other] Počítač { $url } ({ $version }) odpovídá (odpovědí najednou: { $parallel }); v paměti: { $models ->
        [none] žádný model
       *[other] { $models }
      }.
  }
doctor-engine-host-left-out = Počítač { $url } je vynechán: { $trouble ->
    [engine-unreachable] nikdo tam neodpovídá.
    [engine-outside] vede mimo vaši síť.
    [engine-interrupted] přerušilo se to uprostřed odpovědi.
    [engine-silent] příliš dlouho nic neřekl.
    [engine-busy] má víc práce, než zvládne.
   *[other] { $problem }
  }
doctor-engine-host-left-out-remedy = Spusťte tam engine, nebo opravte SOVA_ENGINE_URLS. Do té doby odpovídají ostatní počítače; sama se ho ptám dál.
doctor-engine-missing = Není tu žádný engine: Ollama na { $ollama_url } neodpovídá a model pro vestavěný engine tu není.
doctor-engine-missing-remedy = Spusťte Ollamu (`ollama serve`), nebo `sova models fetch`.
doctor-engine-unreachable = Engine ({ $engine }) na { $url } neodpovídá.
doctor-engine-unreachable-remedy = { $engine ->
    [ollama] Spusťte ho (`ollama serve`), nebo v SOVA_OLLAMA_URL (u více počítačů v SOVA_ENGINE_URLS) uveďte, kde je.
    [openai] Spusťte ho, nebo v SOVA_OPENAI_BASE_URL (u více počítačů v SOVA_ENGINE_URLS) uveďte, kde je, až po /v1 včetně.
   *[other] Spusťte ho; pokud nevydrží běžet, podívejte se do logu.
  }
doctor-engine-silent = Engine ({ $engine }) neodpověděl do { NUMBER($seconds, maximumFractionDigits: 1) } s.
doctor-engine-silent-remedy = Podívejte se, zda nemá moc práce nebo se nezasekl, a spusťte ho znovu; pak prohlídku zopakujte.
doctor-engine-trouble = { $problem }
doctor-engine-trouble-remedy = Napravte to a prohlídku zopakujte; víc řekne log.
doctor-engine-leaks = Ollama { $version } prozrazuje obsah paměti každému, kdo dosáhne na její port, i otázky ostatních ({ $leak }).
doctor-engine-leaks-remedy = Aktualizujte Ollamu na { $safe } nebo novější; do té doby ať na ten port nedosáhne nikdo kromě Sovy.
doctor-engine-version-unknown = { $version ->
    [none] Ollama neříká svou verzi, a tak nepoznám, jestli je bezpečná.
   *[other] Ollama o sobě říká „{ $version }“, a tak nepoznám, jestli je bezpečná.
  }
doctor-engine-version-unknown-remedy = Ověřte, že je to { $safe } nebo novější: starší prozrazují obsah paměti každému, kdo dosáhne na port ({ $leak }).
doctor-engine-cloud = { $engine } nabízí modely, které běží na cizích počítačích: { $models }. Já se jich neptám, ale jiní mohou.
doctor-engine-cloud-remedy = Spouštějte Ollamu s OLLAMA_NO_CLOUD=1 a tyto modely odstraňte příkazem `ollama rm`.

doctor-model = { $chosen ->
    [setting] { $model } (SOVA_MODEL)
   *[engine] { $model } (zvolil ho engine)
  }{ $size ->
    [none] { "" }
   *[other] , { NUMBER($size, maximumFractionDigits: 1) } GB
  }{ $context ->
    [none] { "" }
   *[other] , kontext nejvýše { NUMBER($context, maximumFractionDigits: 0) } tokenů
  }
doctor-models-none = { $engine } běží, ale nemá žádný model pro konverzaci.
doctor-models-none-remedy = { $engine ->
    [ollama] Stáhněte nějaký: `ollama pull qwen2.5:3b`.
    [embedded] Stáhněte nějaký: `sova models fetch`.
   *[other] Načtěte tam nějaký model.
  }
doctor-model-unknown = { $engine } nemá model „{ $name }“.
doctor-model-unknown-remedy = { $nearest ->
    [none] Stáhněte ho, nebo v SOVA_MODEL uveďte takový, který tu je.
   *[other] Stáhněte ho, nebo v SOVA_MODEL uveďte takový, který tu je. Nemysleli jste { $nearest }?
  }
doctor-model-cannot-chat = Model { $model } konverzovat neumí, jen převádí text na embeddingy.
doctor-model-cannot-chat-remedy = Uveďte v SOVA_MODEL jiný, nebo ho nechte prázdný.
doctor-context-too-long = SOVA_CONTEXT_TOKENS je { NUMBER($asked, maximumFractionDigits: 0) }, ale { $model } zvládne { NUMBER($own, maximumFractionDigits: 0) } tokenů; víc nepoužívám.
doctor-context-too-long-remedy = Snižte SOVA_CONTEXT_TOKENS, nebo zvolte model s delším kontextem.
doctor-pull-unfinished = { $total ->
    [0] Model { $model } tu není celý: stahování, které začal uživatel { $by }, není dokončené.
   *[other] Model { $model } tu není celý: stahování, které začal uživatel { $by }, skončilo na { NUMBER($done, maximumFractionDigits: 1) } z { NUMBER($total, maximumFractionDigits: 1) } GB.
  }
doctor-pull-unfinished-remedy = Pokračujte přes `sova models pull { $model }`, nebo to vzdejte přes `sova models delete { $model } --yes`.

doctor-history = { $where ->
    [embedded] { $version ->
        [none] vlastní server Sovy
       *[other] { $version }, vlastní server Sovy
      }
   *[other] { $version ->
        [none] server na { $where }
       *[other] { $version } na { $where }
      }
  }
doctor-history-unavailable = Historie není dostupná – { $problem }.
doctor-history-unavailable-remedy = { $server ->
    [own] Podívejte se do valkey.log ve složce `history` v SOVA_STATE_DIR a zda se tam nezasekla jiná Sova.
   *[other] Spusťte ten server, nebo opravte SOVA_REDIS_URL; bez něj si Sova spustí vlastní server.
  }
doctor-history-not-here = Není tu server pro historii a vlastní Sova pro tento systém nemá.
doctor-history-not-here-remedy = Spusťte Redis nebo Valkey a nastavte SOVA_REDIS_URL.
doctor-history-trouble = { $problem }
doctor-history-trouble-remedy = Napravte to a prohlídku zopakujte; víc řekne log.
doctor-history-volatile = Historie na { $where } přijde o nejnovější část, když se ten server zastaví: nezapisuje každou změnu.
doctor-history-volatile-remedy = Zapněte mu append-only soubor: `appendonly yes` a `appendfsync everysec` v jeho konfiguraci.
doctor-history-untold = Server na { $where } neříká, zda zapisuje každou změnu.
doctor-history-untold-remedy = Ověřte, že má zapnutý append-only soubor (`appendonly yes`), nebo uživateli Sovy povolte příkaz INFO.
doctor-password-in-the-open = Heslo z proměnné { $setting } putuje na { $host } nešifrovaně; kdo cestou naslouchá, přečte si ho.
doctor-password-in-the-open-remedy = Použijte rediss:// a na serveru TLS, nebo mějte server na tomto počítači.

doctor-documents = { $documents ->
    [one] { $path }: { $documents } dokument
    [few] { $path }: { $documents } dokumenty
   *[other] { $path }: { $documents } dokumentů
  }
doctor-documents-nowhere = Složka se znalostmi { $path } neexistuje, a tak odpovídám bez dokumentů.
doctor-documents-nowhere-remedy = Dejte do ní dokumenty, nebo v SOVA_KNOWLEDGE_DIR uveďte, kde jsou. Pokud se mám obejít bez nich, nechte to být.
doctor-documents-none = V { $path } není žádný dokument, který bych uměla přečíst.
doctor-documents-none-remedy = Dejte tam dokumenty, nebo v SOVA_KNOWLEDGE_DIR uveďte, kde jsou.
doctor-documents-unreadable = Do složky se znalostmi { $path } se nemohu podívat: { $reason }.
doctor-documents-unreadable-remedy = Upravte její práva nebo ji znovu připojte, nebo v SOVA_KNOWLEDGE_DIR uveďte, kde dokumenty jsou.
doctor-scopes = { $folders ->
    [one] scopes.toml určuje čtenáře { $folders } složky
    [few] scopes.toml určuje čtenáře { $folders } složek
   *[other] scopes.toml určuje čtenáře { $folders } složek
  }
doctor-scopes-bad = { $problem }
doctor-scopes-bad-remedy = Opravte scopes.toml; platí hned, jak ho uložíte.
doctor-search-models = hledá se podle významu ({ $models }) i podle slov
doctor-search-models-missing = { $here ->
    [0] Hledám jen podle slov, ne podle významu: modely pro vyhledávání tu nejsou ({ $models }).
   *[other] Podle významu najdu méně, než bych mohla: jeden model pro vyhledávání tu není ({ $models }).
  }
doctor-search-models-missing-remedy = Spusťte `sova models fetch --if-needed` a potom `sova index`.
doctor-search-models-trouble = { $problem }
doctor-search-models-trouble-remedy = Opravte to nastavení a prohlídku zopakujte.

doctor-index = { $documents ->
    [one] { doctor-index-where }: { $documents } dokument
    [few] { doctor-index-where }: { $documents } dokumenty
   *[other] { doctor-index-where }: { $documents } dokumentů
  }
doctor-index-where = { $where ->
    [embedded] vlastní index Sovy
   *[other] Qdrant { $version } na { $where }
  }
doctor-index-in-use = index používá jiný program, a tak jsem se do něj nepodívala
doctor-index-empty = Vaše dokumenty ještě nikdo nenačetl, a tak se v nich nic nenajde.
doctor-index-empty-remedy = Spusťte `sova index`, nebo konverzaci, která je načte také.
doctor-index-old = Qdrant { $version } na { $where } je pro index příliš starý.
doctor-index-old-remedy = Aktualizujte ho na { $needed } nebo novější.
doctor-index-version-unknown = { $version ->
    [none] Server na { $where } neříká svou verzi, a tak nepoznám, jestli na něm index bude fungovat.
   *[other] Qdrant na { $where } o sobě říká „{ $version }“, a tak nepoznám, jestli na něm index bude fungovat.
  }
doctor-index-version-unknown-remedy = Ověřte, že je to { $needed } nebo novější.
doctor-index-unavailable = Index dokumentů není dostupný – { $problem }.
doctor-index-unavailable-remedy = { $server ->
    [own] Podívejte se do logu. Pokud je index poškozený, smažte složku `index` v SOVA_STATE_DIR; `sova index` ho vytvoří znovu.
   *[other] Spusťte ten server, nebo opravte SOVA_QDRANT_URL a SOVA_QDRANT_API_KEY; bez nich má Sova vlastní index.
  }
doctor-index-trouble = { $problem }
doctor-index-trouble-remedy = { $server ->
    [own] Napravte to a prohlídku zopakujte; víc řekne log.
   *[other] Napravte to, nebo opravte SOVA_QDRANT_URL, a prohlídku zopakujte; víc řekne log.
  }

doctor-platform-none = žádná není nastavena, a tak se lidé ptají jen v terminálu (docs/discord.md, docs/slack.md)
doctor-platform = { $platform } mě zná jako { $name }
doctor-platform-unreachable = { $problem }
doctor-platform-unreachable-remedy = Prověřte cestu z tohoto počítače (proxy: SOVA_DISCORD_PROXY, SOVA_SLACK_PROXY); za běhu to zkouším dál sama.
doctor-platform-refused = { $problem }
doctor-platform-refused-remedy = Napravte to tam a nechte prověřit znovu.

doctor-network = { $who } na { $host } ({ $setting }) je uvnitř: { $address }. Posílám tam: { $sent }.
doctor-network-own = { $who } je na tomto počítači a žádná síť k němu nevede. Posílám tam: { $sent }.
doctor-network-on-request = { $who }: soubory odtud stahuje jen `sova models fetch`, jinak tam nikdo nechodí{ $host ->
    [none] {""}
   *[other] , { $host }{ $address ->
        [none] {""}
       *[other] {" "}({ $address })
      }
  }. Posílám tam: { $sent }.
doctor-network-platform = { $who } na { $host } ({ $setting }) je mimo síť, protože se tam lidé ptají: { $address }. Posílá se tam: { $sent }.
doctor-network-allowed = { $host } ({ $setting }) leží mimo vaši síť: { $address }. SOVA_ALLOWED_HOSTS ho povoluje, a tak otázky a odpovědi síť opouštějí.
doctor-network-allowed-remedy = Pokud to tak být nemá, vyřaďte { $host } ze SOVA_ALLOWED_HOSTS.
doctor-network-outside = { $host } ({ $setting }) leží mimo vaši síť: { $address }. Otázky a odpovědi by ji opouštěly.
doctor-network-outside-remedy = Nastavte { $setting } na tento počítač nebo na počítač v soukromé síti, nebo { $host } uveďte v SOVA_ALLOWED_HOSTS. { $setting ->
    [SOVA_ENGINE_URLS] Do té doby ho Sova vynechává.
   *[other] Do té doby Sova odmítá začít.
  }
doctor-network-unknown-host = Počítač { $host } ({ $setting }) nikdo nezná, a tak nepoznám, kde leží.
doctor-network-unknown-host-remedy = Opravte jméno v { $setting }, nebo jmenný server, který by ho měl znát.

doctor-check-failed = Tato kontrola selhala ({ $error }).
doctor-check-failed-remedy = Je to chyba v Sově; podrobnosti pro toho, kdo ji opraví, jsou v logu.
doctor-check-slow = Tato kontrola trvala déle než { NUMBER($seconds, maximumFractionDigits: 1) } s.
doctor-check-slow-remedy = Podívejte se, zda se nezasekl počítač, disk nebo síť, a prohlídku zopakujte.
