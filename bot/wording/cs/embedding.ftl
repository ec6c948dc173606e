# Embeddingové modely: proč některý není k mání. (Odkud se berou, říkají věty v models.ftl.)

notice-embedding-not-fetched = zatím se nestáhl; stáhne ho `sova models fetch`
notice-embedding-no-source = není tu žádný zdroj, kterého by se dalo zeptat
notice-embedding-not-built = ze stažených souborů se ho nepodařilo sestavit (důvod je v logu)
notice-embedding-unfaithful = { $source ->
    [hub] co vzniklo ze souborů z katalogu modelů, dává na tomto počítači špatné vektory, takže to nepoužiji
   *[other] co vzniklo ze souborů z indexu balíčků, dává na tomto počítači špatné vektory, takže to nepoužiji
  }
notice-embedding-cannot-run = soubory ve složce { $folder } nejde načíst nebo spustit ({ $error }); jsou-li poškozené, složku smažte
