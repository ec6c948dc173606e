# Kdo co smí: názvy oprávnění a co může být špatně v access.toml.

permission-switch = kdo smí vybírat modely
permission-pull = kdo smí stahovat modely
permission-reindex = kdo smí indexovat dokumenty

notice-access-not-toml = není to platný TOML: { $detail }
notice-access-not-text = není to text v UTF-8
notice-access-too-large = je větší než megabajt
notice-access-cannot-open = nemohu ho otevřít ({ $detail })
notice-access-terminal = „{ $entry }“ tam být nemůže: kdo sedí u terminálu tohoto počítače, smí stejně všechno
notice-access-unknown-key = { $nearest ->
    [none] „{ $entry }“ neznám; znám: { $known }
   *[other] „{ $entry }“ neznám (nemělo to být „{ $nearest }“?)
  }
notice-access-not-a-table = „{ $entry }“ má být tabulka: [{ $entry }] a pod ní ask = […] a podobně
notice-access-not-a-list = „{ $entry }“ má být seznam textů, třeba ["everyone"] nebo ["role:ops"]
notice-access-not-a-text = „{ $entry }“ má být jeden řádek textu
notice-access-bad-grantee = „{ $grantee }“ (u { $entry }) nikoho neoznačuje; nemělo to být "{ $nearest }"? Psát lze "everyone", "user:id", "role:název", "channel:id" a "workspace:id"
