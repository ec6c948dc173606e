# Složka s dokumenty: kdo smí co číst, `/knowledge`, `sova index`.

notice-scopes-not-toml = není to platný TOML: { $detail }
notice-scopes-not-text = není to text v UTF-8
notice-scopes-too-large = je větší než megabajt
notice-scopes-no-access = nemohu ho otevřít ({ $detail })
notice-scopes-unknown-key = „{ $entry }“ neznám; má tam být [folders."…"] a v něm readers = […]
notice-scopes-no-readers = chybí „{ $entry }“
notice-scopes-wrong-value = „{ $entry }“ nemá správný typ; readers = ["…"] je seznam textů
notice-scopes-bad-folder = „{ $folder }“ není podsložka složky s dokumenty; pište ji jako "hr/smlouvy"
notice-scopes-folder-twice = „{ $folder }“ je tam dvakrát
notice-scopes-bad-reader = „{ $reader }“ (u { $folder }) není čtenář; pište "*", "platforma:*", "platforma:id" nebo "platforma:@role", platformu malými písmeny
