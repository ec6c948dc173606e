# Co se říká o chatovacích platformách.

error-platform-unreachable = Nemohu se spojit se službou { $platform }: { $reason }. Sama to zkouším dál.
error-platform-token-refused = { $platform } nezná token z nastavení { $name }. Vytvořte nový (u Discordu: discord.com/developers/applications → vaše aplikace → Bot → Reset Token; u Slacku: api.slack.com/apps → vaše aplikace → OAuth & Permissions nebo Basic Information → App-Level Tokens) a zapište ho do { $name }.
error-platform-intents-refused = { $platform } mi nedovoluje číst, co lidé píší. Otevřete discord.com/developers/applications → vaše aplikace → Bot → Privileged Gateway Intents, zapněte: { $intents }, uložte to a spusťte mě znovu.
error-platform-scopes-missing = { $platform } nedává tokenu z { $name } oprávnění, která potřebuji. Otevřete api.slack.com/apps → vaše aplikace, přidejte jí: { $scopes }, znovu ji nainstalujte a spusťte mě znovu.
error-platform-connected-too-often = Ke službě { $platform } jsem se během hodiny připojila { $connections ->
    [one] jednou
   *[other] { $connections }krát
  } a další připojení by mě mohla stát token. Pokračuji za { $seconds ->
    [one] jednu sekundu
    [few] { $seconds } sekundy
   *[other] { $seconds } sekund
  }; proč spojení nedrží, řekne log.
error-not-a-member = V tomto kanálu nejsem, takže tu nemohu psát. Pozvěte mě příkazem /invite, nebo se mě zeptejte soukromě.
error-form-too-late = Trvalo mi to příliš dlouho a pak už žádný formulář otevřít nejde. Zkuste to prosím znovu.
