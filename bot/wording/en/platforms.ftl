# What is said about chat platforms.

error-platform-unreachable = I can't reach { $platform }: { $reason }. I keep trying by myself.
error-platform-token-refused = { $platform } doesn't know the token in { $name }. Make a new one (for Discord: discord.com/developers/applications → your application → Bot → Reset Token) and set { $name } to it.
error-platform-intents-refused = { $platform } doesn't let me read what people write. Open discord.com/developers/applications → your application → Bot → Privileged Gateway Intents, switch on: { $intents }, save, and start me again.
error-platform-connected-too-often = I connected to { $platform } { $connections ->
    [one] once
   *[other] { $connections } times
  } within an hour, and more could cost me the token. I go on in { $seconds ->
    [one] one second
   *[other] { $seconds } seconds
  }; see in the log why the connection doesn't hold.
