# `sova health`.

cli-health = Zeptá se služby na tomto počítači, jak na tom je; pro kontejnery a dohled

health-title = Jak na tom služba je
health-ready = Na otázky odpovídá.
health-degraded = Na otázky odpovídá, ale něco jí chybí.
health-unready = Na otázky teď odpovídat nemůže.
health-nobody = Na portu { $port } tohoto počítače nikdo neodpovídá. Běží `sova serve` nebo `sova worker`?
health-port-off = je 0, takže tam nikdo neodpovídá

health-part-service = Služba
health-part-redis = Redis
health-part-engine = Engine
health-part-index = Index dokumentů
health-part-worker = Odpovídání

health-state = { $code ->
    [ok] v pořádku
    [not-configured] žádná složka s dokumenty není
    [starting] právě se spouští
    [draining] právě končí
    [timeout] bez odezvy
    [stuck] některá odpověď už příliš dlouho nepokračuje
    [silent] už nic nedělá
    [history-unavailable] není k zastižení
    [disk-full] má plný disk
    [engine-unreachable] není k zastižení
    [engine-outside] je teď mimo vaši síť, takže se nepoužívá
    [engine-busy] prozatím odmítá
    [index-unavailable] není k zastižení
    [index-locked] používá ho jiný program
    [index-mismatch] musí se vytvořit znovu
   *[other] není v pořádku: { $code }
  }
