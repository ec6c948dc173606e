# Hlasy o odpovědích.

forget-votes = { $votes ->
    [one] Vymazala jsem i 1 hlas o odpovědi.
    [few] Vymazala jsem i { $votes } hlasy o odpovědích.
   *[other] Vymazala jsem i { $votes } hlasů o odpovědích.
  }
stats-votes-title = Co si lidé myslí o odpovědích
stats-votes-model = Model
stats-votes-unknown = už neznámý
stats-field-votes = Hlasy o odpovědích
cli-feedback = vypíše hlasy o odpovědích
cli-feedback-action = co udělat: vypsat (export) každý uložený hlas, i s otázkou a odpovědí, dokud si je pamatuji
cli-feedback-json = jeden objekt JSON na řádek, pro programy
feedback-none = O žádné odpovědi zatím nikdo nehlasoval, nebo hlasy už vypršely.
feedback-line = { $at } · { $platform } · { $model } · { $vote } { $reason ->
    [none] { "" }
   *[other] · { $reason }
  }
feedback-question = { "  " }{ $question }
