# What is said about chat platforms.

error-platform-unreachable = I can't reach { $platform }: { $reason }. I keep trying by myself.
error-platform-token-refused = { $platform } doesn't know the token in { $name }. Make a new one (for Discord: discord.com/developers/applications → your application → Bot → Reset Token; for Slack: api.slack.com/apps → your app → OAuth & Permissions, or Basic Information → App-Level Tokens) and set { $name } to it.
error-platform-intents-refused = { $platform } doesn't let me read what people write. Open discord.com/developers/applications → your application → Bot → Privileged Gateway Intents, switch on: { $intents }, save, and start me again.
error-platform-scopes-missing = { $platform } doesn't give { $name } what I need. Open api.slack.com/apps → your app, give it: { $scopes }, install the app again, and start me again.
error-platform-connected-too-often = I connected to { $platform } { $connections ->
    [one] once
   *[other] { $connections } times
  } within an hour, and more could cost me the token. I go on in { $seconds ->
    [one] one second
   *[other] { $seconds } seconds
  }; see in the log why the connection doesn't hold.
error-not-a-member = I'm not in this channel, so I can't write here. Invite me with /invite, or ask me privately.
error-form-too-late = That took me too long, and then no form can be opened any more. Please try again.
