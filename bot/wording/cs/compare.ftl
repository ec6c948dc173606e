# Srovnávání modelů: /compare, hlasy a co z nich vyplývá; `sova compare`.

command-compare = Položit jednu otázku více modelům a vidět odpovědi vedle sebe; bez otázky: čemu lidé dávají přednost
command-compare-question = na co se zeptat
command-compare-first = který model srovnat; bez něj ten, který tu odpovídá, a další
command-compare-second = další model
command-compare-third = další model
command-compare-fourth = další model
command-compare-blind = zda názvy zůstanou skryté, dokud nezahlasujete
command-compare-vote = Dát hlas jedné z odpovědí srovnání
command-compare-vote-comparison = označení srovnání, jak je na jeho tlačítkách
command-compare-vote-answer = číslo odpovědi, které dáváte přednost, nebo „stejné“

slash-compare = srovnat
slash-compare-question = otázka
slash-compare-first = první
slash-compare-second = druhý
slash-compare-third = třetí
slash-compare-fourth = čtvrtý
slash-compare-blind = naslepo
slash-compare-blind-yes = ano
slash-compare-blind-no = ne

compare-title = Srovnání
compare-question = Otázka
compare-way = { $way ->
    [at-once] Všechny modely odpovídají najednou, takže je každý pomalejší, než by byl sám.
    [one-held] Jeden model po druhém, protože můj vlastní engine drží v paměti vždy jen jeden.
    [no-room] Jeden model po druhém, protože se do paměti nevejdou všechny najednou.
   *[fair] Jeden model po druhém, aby se jejich rychlosti daly srovnat.
  }
compare-blind = Která odpověď je čí, vám řeknu, až zahlasujete.
compare-ended = { $candidates ->
    [0] Není pro co hlasovat: odpověď nedaly ani dva modely.
   *[other] Čí odpovědi dáváte přednost? Svůj hlas uvidíte jen vy a můžete ho změnit.
  }
compare-declined = Moje dokumenty o tom nic neříkají, a tak jsem se žádného modelu neptala: každý by si musel něco vymyslet.
compare-no-votes = Pro tohle srovnání nejde hlasovat, protože se mi ho nepodařilo uložit.
compare-answer = Odpověď { $number }
compare-no-difference = Žádný rozdíl

compare-state = Stav
compare-state-now = { $state ->
    [waiting] čeká, až na něj přijde řada
    [queued] čeká, až bude mít engine místo
    [loading] načítá se
    [reading] čte otázku
   *[answering] odpovídá
  }
compare-failed = Selhalo
compare-failed-blind = Tento model odpověď nedokončil.
compare-abstained = V dokumentech odpověď není.
compare-sources = Zdroje
compare-more-sources = a { $count ->
    [one] { $count } další
    [few] { $count } další
   *[other] { $count } dalších
  }
compare-notes = Poznámka

compare-ttft = První slovo za
compare-rate = Rychlost
compare-tokens = Tokeny
compare-load = Načtení
compare-was-loaded = už byl v paměti
compare-total = Odpověď za
compare-seconds = { NUMBER($value, minimumFractionDigits: 1, maximumFractionDigits: 1) } s
compare-per-second = { NUMBER($value, minimumFractionDigits: 1, maximumFractionDigits: 1) } tok./s

compare-voted = { $number ->
    [0] Váš hlas platí: nevidíte žádný rozdíl.
   *[other] Váš hlas platí: { $number } · { $model }.
  }
compare-action-table = Čemu lidé dávají přednost
compare-column-model = Model
compare-column-ttft = První slovo za
compare-column-rate = Rychlost
compare-column-tokens = Tokeny
compare-column-load = Načtení
compare-column-total = Odpověď za
compare-column-votes = Hlasy

ratings-title = Čemu lidé dávají přednost
ratings-how = Síla modelů na stupnici Elo (Bradley–Terry) ze všech uchovaných hlasů: který model je o 400 bodů výš, tomu lidé dávají přednost desetkrát častěji. Průměr je 1500. ± je 95% interval; * značí, že hlasů je zatím málo.
ratings-nothing = Zatím nikdo nehlasoval. `/compare "vaše otázka"` ji položí více modelům a pak hlasovat půjde.
ratings-column-model = Model
ratings-column-elo = Elo
ratings-column-within = ±
ratings-column-votes = Hlasy
ratings-column-won = Výhry
ratings-column-tied = Remízy
ratings-column-lost = Prohry
ratings-elo = { NUMBER($elo, useGrouping: 0) }
ratings-within = { $certain ->
    [yes] { NUMBER($within, useGrouping: 0) }
   *[no] { NUMBER($within, useGrouping: 0) } *
  }

cli-compare = položí jednu otázku více modelům a ukáže odpovědi vedle sebe
cli-compare-question = otázka; „-“ ji přečte ze standardního vstupu
cli-compare-models = modely oddělené čárkami; bez nich ten, který odpovídá, a další
cli-compare-json = místo textu vypíše jeden objekt JSON
