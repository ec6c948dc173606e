# Co se stalo, co to znamená a co dál.

error-unexpected = Tady se pokazilo něco, co nemělo. Je to v logu; třeba pomůže zeptat se znovu.
error-empty-question = V tom nebyla žádná otázka. Napište pár slov a odpovím.
error-question-too-long = Text má { $length } znaků, přijímám nejvýše { $limit }. Zkraťte ho prosím, nebo ho uložte jako soubor do složky se znalostmi.
error-not-text = Tohle neumím přečíst jako text (jsou to binární data). Pošlete prosím prostý text v UTF-8.
error-too-many-waiting = { $waiting ->
    [one] V této konverzaci už čeká jedna otázka. Počkejte prosím na odpověď, nebo ji zastavte.
    [few] V této konverzaci už čekají { $waiting } otázky. Počkejte prosím na odpověď, nebo některou zastavte.
   *[other] V této konverzaci už čeká { $waiting } otázek. Počkejte prosím na odpověď, nebo některou zastavte.
  }
error-too-busy = { $whose ->
    [own] { $waiting ->
        [one] Jedna vaše otázka už čeká. Nechte mě prosím nejdřív odpovědět na ni.
        [few] Už čekají { $waiting } vaše otázky. Nechte mě prosím nejdřív odpovědět na ně.
       *[other] Už čeká { $waiting } vašich otázek. Nechte mě prosím nejdřív odpovědět na ně.
      }
   *[all] Právě se ptá tolik lidí (čekajících otázek: { $waiting }), že další přijmout nemohu. Zkuste to prosím za chvíli.
  }
error-too-fast = Ptáte se rychleji, než smím odpovídat. Zkuste to prosím znovu za { $seconds ->
    [one] sekundu
    [few] { $seconds } sekundy
   *[other] { $seconds } sekund
  }.
error-not-kept = Vaši otázku jsem nemohla přijmout: { $where ->
    [none] úložiště otázek včas neodpovědělo
   *[other] nedostanu se tam, kam otázky ukládám ({ history-trouble })
  }. Zeptejte se prosím za chvíli znovu.
error-withdrawn = Zastaveno: otázka byla stažena, takže na ni neodpovídám.
error-still-answering = Odpověď, kterou mám zastavit, ještě neskončila a zapsala by se až potom. Čekající otázky jsou vymazané, zodpovězené zatím ne. Zkuste to prosím za okamžik znovu.
error-gave-up = { $attempts ->
    [one] Jednou jsem se na to pokusila odpovědět a něco mě přerušilo, takže to vzdávám.
   *[other] { $attempts }krát jsem se na to pokusila odpovědět a pokaždé mě něco přerušilo, takže to vzdávám.
  } Zeptejte se prosím znovu, třeba jinými slovy; kdyby se to opakovalo, řekněte to správci: otázka { $turn }.
error-crash-loop = { $name }: znovu a znovu to selhává mou chybou, takže to vzdávám. Kde přesně, stojí v logu.
error-nothing-to-regenerate = Zatím tu není žádná odpověď, kterou bych mohla dát znovu.
error-not-the-newest = Znovu mohu dát jen poslední zdejší odpověď, a tahle už poslední není. Stačí se zeptat znovu.
error-not-theirs = To může jen ten, kdo se ptal, nebo správce.
error-not-answered-here = Správce rozhodl, že v tomto kanálu neodpovídám.

error-unknown-command = { $nearest ->
    [none] Příkaz „{ $name }“ neznám. Všechny vypíše /help.
   *[other] Příkaz „{ $name }“ neznám. Nemysleli jste { $nearest }?
  }
error-bad-argument = { $expected ->
    [none] /{ $command } si s „{ $value }“ neporadí. Co přijímá, ukáže /help { $command }.
   *[other] /{ $command }: hodnota „{ $value }“ se pro { $parameter } nehodí. Možnosti: { $expected }.
  }
error-no-workspace = Přímé zprávy ani terminál k žádnému serveru ani pracovnímu prostoru nepatří, takže pro něj tady nejde nic nastavit. Zavolejte mě v kanálu.
error-missing-argument = Příkazu /{ $command } chybí hodnota pro { $parameter }. Co přijímá, ukáže /help { $command }.
error-not-allowed = { not-allowed-what } { not-allowed-needed } { not-allowed-contact }
not-allowed-what = { $needed ->
    [ask] Tady se mě ptát nesmíte.
    [switch] Tady model vybírat nesmíte ({ $action }).
    [pull] Stahovat modely nesmíte ({ $action }).
    [reindex] Indexovat dokumenty nesmíte ({ $action }).
   *[administer] { $action } takhle použít nesmíte: týká se všech, a tak to smí jen správce.
  }
not-allowed-needed = { $roles ->
    [none] { $channels ->
        [none] Musela bych k tomu mít povolené vaše jméno nebo některou z vašich rolí.
       *[other] Dovoleno je to v těchto kanálech: { $channels }.
      }
   *[other] { $channels ->
        [none] Je k tomu potřeba některá z těchto rolí: { $roles }.
       *[other] Je k tomu potřeba některá z těchto rolí: { $roles }; anebo je to dovoleno v těchto kanálech: { $channels }.
      }
  }
not-allowed-contact = { $contact ->
    [none] Rozhoduje o tom provozovatel Sovy: požádejte ho.
   *[other] Požádat o to můžete zde: { $contact }.
  }

error-engine-unreachable = Nemohu se spojit s enginem ({ $engine }) na { $url }. Běží? Vaše konverzace je v bezpečí; zeptejte se znovu, až poběží.
error-engine-outside = Engine ({ $engine }) je teď mimo vaši síť: { $host } má adresu { $address }. Nic jsem mu proto neposlala. Pokud tam být má, uveďte ten počítač v SOVA_ALLOWED_HOSTS, jinak opravte { $name }.
error-engine-busy = Engine ({ $engine }) má teď víc práce, než zvládne. Zkuste to prosím za chvíli.
error-engine-silent = Model { $model } už { NUMBER($seconds, maximumFractionDigits: 0) } sekund nic neřekl, a tak jsem přestala čekat. Menší model odpoví dřív: /model ukáže, které tu jsou.
error-engine-interrupted = Engine ({ $engine }) přerušil odpověď uprostřed. Co stihl říct, zůstalo uloženo; /regenerate to zkusí znovu.
error-engine-garbled = Engine ({ $engine }) odpověděl něčím, co neumím přečíst. Je na té adrese opravdu engine? Ověří to `sova doctor`.
error-engine-refused = Engine ({ $engine }) otázku odmítl (stav { $status }): { $detail }
error-engine-failed-to-start = Vestavěný engine se s modelem { $model } nerozběhl: { $reason }. Podrobnosti: { $log }. { models-instead }
notice-passages-instead = { $error ->
    [engine-unreachable] { error-engine-unreachable }
    [engine-outside] { error-engine-outside }
    [engine-busy] { error-engine-busy }
    [engine-silent] { error-engine-silent }
    [engine-refused] { error-engine-refused }
    [engine-garbled] { error-engine-garbled }
    [not-enough-memory] { error-not-enough-memory }
    [engine-out-of-memory] { error-engine-out-of-memory }
    [model-file-missing] { error-model-file-missing }
    [model-file-corrupt] { error-model-file-corrupt }
    [model-failed] { error-model-failed }
    [engine-interrupted] Engine ({ $engine }) to vzdal dřív, než něco řekl. Zeptejte se prosím za chvíli znovu.
   *[other] Proč žádný model nemohl odpovědět, je v logu; co spravit, poradí `sova doctor`. Potom se prosím zeptejte znovu.
  }
error-context-exceeded = Na tento model je toho moc: { $prompt_tokens } tokenů, vejde se { $context_tokens }. Zkraťte prosím otázku, nebo použijte /forget.
error-unknown-model = { $nearest ->
    [none] { $engine } nemá model „{ $name }“. Co tu je, vypíše /model.
   *[other] { $engine } nemá model „{ $name }“. Nemysleli jste { $nearest }?
  }
error-no-models = { $engine } běží, ale nemá žádný model pro konverzaci. S Ollamou: `ollama pull qwen2.5:3b`.
error-no-engine = Není tu žádný engine: Ollama na { $ollama_url } neodpovídá a model pro vestavěný engine na tomto počítači není. Spusťte Ollamu, nebo `sova models fetch`.
error-wrong-projector = Soubor { $path } (SOVA_PROJECTOR_FILE) není projektor, se kterým by { $model } viděl obrázky: patří k jinému modelu, nebo je to soubor jiného druhu.
error-cannot-chat = Model { $model } konverzovat neumí, jen převádí text na embeddingy. Které to umějí, ukáže /model.
error-no-vision = { $best ->
    [none] { $pull ->
        [none] Model { $model } obrázky nevidí a žádný jiný nainstalovaný také ne.
       *[other] Model { $model } obrázky nevidí. Viděl by je { $pull }, který se dá stáhnout: /model-pull { $pull }
      }
   *[other] Model { $model } obrázky nevidí. Vidí je { $best }: přepnete na něj příkazem /model { $best }.
  }
error-model-file-missing = Soubor modelu { $model } tu není ({ $path }). Stáhne ho `sova models fetch`, nebo nastavte SOVA_MODEL_FILE na vlastní soubor GGUF.
error-model-file-corrupt = Soubor modelu { $model } je poškozený ({ $path }). Smažte ho a spusťte `sova models fetch`. { models-instead }
error-model-unavailable = Model { $model } se nepodařilo nikde získat: { $reasons }. Bez sítě nastavte SOVA_MODEL_FILE na soubor GGUF v tomto počítači.
models-instead = { $others ->
    [none] { "" }
   *[other] Jsou tu i jiné: { $others }; `/model NÁZEV` nechá odpovídat jeden z nich.
  }
error-model-failed = Engine ({ $engine }) s modelem { $model } selhal (stav { $status }): { $detail }. { models-instead }
error-remote-model-refused = Model { $name } by běžel na cizích počítačích, a tak ho nepoužívám: na co se tu ptáte, zůstane tady.
error-model-not-offered = { $engine ->
    [ollama] Ollama nenašla model „{ $model }“ tam, odkud modely stahuje. Zkontrolujte pravopis a část za dvojtečkou; přehled je na ollama.com/library.
   *[other] Model „{ $model }“ pro { $engine } nikdo nenabízí.
  }
error-registry-unreachable = Engine ({ $engine }) se nedostane tam, odkud stahuje { $model }. Co se stáhlo, zůstává; zkuste to znovu, až bude jeho počítač připojený k internetu.
error-pull-damaged = Místo modelu { $model } přišlo něco jiného, než bylo slíbeno, nebo s ním { $engine } neumí pracovat. Nespoléhejte na něj: stáhněte ho znovu, nebo jinou jeho variantu.
error-engine-disk-full = Disk, na kterém má { $engine } modely, je plný, takže { $model } není celý. Nic jiného se nepokazilo a co se stáhlo, zůstává. Smažte model, který nikdo nepotřebuje, a pokračujte.
error-model-in-use = Model { $model } právě někomu odpovídá, a tak ho nechávám být. Zkuste to, až bude odpověď hotová.
error-own-model-file = { $model } je váš vlastní soubor ({ $path }, nastavený v SOVA_MODEL_FILE). Ten já nemažu; odstraňte ho prosím sami.
error-cannot-manage-models = Server kompatibilní s OpenAI si modely obstarává i odkládá sám: vLLM volbou `--model` při spuštění, llama.cpp volbami `-m` nebo `-hf`, LM Studio ve své aplikaci. Já používám, co nabízí.
memory-stop = { $stop ->
    [none] { "" }
   *[other] Vedle něj jsou načtené: { $stop }; co nikdo nepotřebuje, zastavte.
  }
memory-instead = { $instead ->
    [none] { $quantization ->
        [none] { $context ->
            [0] Menší model by se vejít mohl, /model fit ukáže který.
           *[other] S kontextem { NUMBER($context) } tokenů by se vešel (SOVA_CONTEXT_TOKENS).
          }
       *[other] V kvantizaci { $quantization } by se vešel.
      }
   *[other] Vejde se { $instead }: /model { $instead }
  }
error-not-enough-memory = Model { $model } potřebuje asi { NUMBER($needed, maximumFractionDigits: 1) } GB paměti, volných je { NUMBER($free, maximumFractionDigits: 1) } GB. { memory-stop } { memory-instead }
error-engine-out-of-memory = { $needed ->
    [0] Enginu ({ $engine }) s modelem { $model } došla paměť. { memory-stop } { memory-instead }
   *[other] Engine ({ $engine }) má na model { $model } málo paměti: potřebuje { NUMBER($needed, maximumFractionDigits: 1) } GB, volných je { NUMBER($free, maximumFractionDigits: 1) } GB. { memory-stop } { memory-instead }
  }
error-disk-full = { $needed ->
    [0] Disk, na kterém je { $path }, je plný. Uvolněte místo a zkuste to znovu.
   *[other] V { $path } není dost místa: je potřeba { NUMBER($needed, maximumFractionDigits: 1) } GB, volných je { NUMBER($free, maximumFractionDigits: 1) } GB.
  }

error-history-unavailable = Nemohu se dostat k historii konverzace ({ history-trouble }), a proto neodpovídám: nic se nesmí ztratit. Jakmile bude zpátky, pokračuji.
history-trouble = { $where ->
    [embedded] vestavěný server
   *[other] { $where }
  }: { $reason ->
    [refused] nikdo tam neodpovídá
    [unknown-host] takový počítač není
    [outside] leží mimo vaši síť, a proto tam nic neposílám
    [timeout] nepřišla včas odpověď
    [lost] spojení se přerušilo
    [tls] nepodařilo se navázat šifrované spojení
    [authentication] odmítá heslo nebo oprávnění
    [loading] ještě načítá svá data
    [read-only] dovoluje jen čtení
    [memory-full] má plnou paměť
    [disk] nemůže zapisovat na svůj disk
    [not-redis] tohle není Redis
    [damaged] data jsou tam poškozená, víc řekne tamní valkey.log; nic se nesmazalo
    [not-started] server se nerozběhl, proč, řekne tamní valkey.log
    [not-writable] nesmím tam zapisovat
    [not-private] složka je přístupná i ostatním
   *[other] { $reason }
  }
error-history-not-here = Pro tento systém není vestavěný server historie. Spusťte Redis nebo Valkey a nastavte SOVA_REDIS_URL.
error-bad-setting = Nastavení { $name } nelze použít: { $reason }
error-bad-access = Soubor { $path } nelze použít: { $reason }.
error-leaves-the-network = { $name } vede na { $host } ({ $address }), a to je mimo vaši síť. Nepoužiji to: co se tu říká, ji nesmí opustit. Pokud to myslíte vážně, uveďte ten počítač v SOVA_ALLOWED_HOSTS.

error-index-unavailable = Nemohu se dostat k indexu vašich dokumentů ({ index-trouble }). Odpovídat mohu dál, ale bez nich.
index-trouble = { $where }: { $reason ->
    [refused] nikdo tam neodpovídá
    [unknown-host] takový počítač neexistuje
    [outside] leží mimo vaši síť, a proto tam nic neposílám
    [timeout] odpověď nepřišla včas
    [lost] spojení se přerušilo
    [tls] šifrované spojení se nepodařilo navázat
    [authentication] odmítá klíč
    [busy] je přetížený
    [disk] má plný disk
    [not-qdrant] to není Qdrant
    [failed] index to nedokázal provést
    [damaged] index je tam poškozený; smažte ho a dokumenty přečtu znovu
    [ended] jeho proces skončil
    [not-writable] nesmím tam zapisovat
   *[other] { $reason }
  }
error-index-locked = Index vašich dokumentů ({ $path }) právě používá jiný program. Ukončete ho, nebo používejte ten.
error-index-mismatch = Index vznikl s { $built_with }, nastavení chce { $wanted }. Znovu ho postaví `sova index`.
error-embedding-unavailable = Embeddingový model { $model } se nepodařilo nikde získat: { $reasons }. Dokud tu není, hledám jen podle slov.
error-knowledge-vanished = Ze složky { $folder } najednou zmizelo { $missing } z { $indexed } dokumentů. Vypadá to na odpojený disk, a tak jsem nic neodstranila. Pokud to tak má být: `sova index --force`.
error-bad-scopes = Soubor { $path } nelze použít: { $reason }. Dokud se neopraví, nikdo neuvidí žádný dokument.
error-no-knowledge = Složka s dokumenty { $folder } neexistuje. Vytvořte ji, nebo v SOVA_KNOWLEDGE_DIR nastavte tu, která je obsahuje.
error-indexing-elsewhere = Dokumenty právě indexuje jiná Sova ({ $path }). Zkuste to znovu, až skončí.
error-nothing-indexed = Z { $folder } ještě nic není v indexu. Naplní ho `sova index`.
error-bad-questions = { $line ->
    [0] { $path } nejde použít: { $reason }
   *[other] { $line }. řádek souboru { $path } nejde použít: { $reason }
  }
error-bad-comparison = „{ $given }“ není s čím porovnat. Napište nastavení a jeho jinou hodnotu, například EMBEDDING_MODEL=all-minilm-l6-v2.
error-chart-failed = Graf se mi nepodařilo nakreslit ({ $reason }).

error-too-few-models = { $there ->
    [none] { $engine } nemá žádný model, který by se dal srovnat.
   *[other] Na srovnání jsou potřeba dva modely a je tu jen { $there }. Jmenujte ještě jeden, nebo nechte další stáhnout: co tu je, ukáže `/model`.
  }
error-too-many-models = To je { $named } modelů; najednou srovnám nejvýš { $most }.
error-same-model-twice = Model { $model } je tu dvakrát. Srovnat jdou jen různé modely.
error-still-comparing = Vaše minulé srovnání ještě běží. Počkejte prosím, až skončí.
error-too-many-comparisons = { $running ->
    [one] Právě běží jiné srovnání
    [few] Právě běží { $running } srovnání
   *[other] Právě běží { $running } srovnání
  } a další by všechno jen zpomalilo. Zkuste to prosím za minutu.
error-comparison-gone = Takové srovnání už tu není, hlasovat v něm nejde.
error-no-such-answer = Odpověď { $number }, které by šlo dát hlas, tu není; jsou tu { $answers }.
error-bad-benchmark-file = { $entry ->
    [none] Soubor { $path } nejde použít: { $reason }
   *[other] Soubor { $path } nejde použít, položka { $entry }: { $reason }
  }
error-benchmark-running = Jedno měření už běží. Dvě by se navzájem zkreslovala: počkejte na ně, nebo ho ukončete příkazem /bench-stop.
error-no-benchmark-running = Žádné měření tu neběží.
error-no-benchmarks = Zatím se tu nic neměřilo. Udělá to `sova bench models`.
error-nothing-to-benchmark = { $engine } nemá konverzační model, který by se sem vešel.
error-benchmark-not-kept = Soubor { $path } nejde zapsat: { $reason }
