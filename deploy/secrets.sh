#!/bin/sh
# Makes the passwords of Sova's own Redis and Qdrant for docker-compose.yml, once. None is ever typed or shown.
set -eu

folder="$(dirname "$0")/secrets"
if [ -e "$folder" ]; then
    echo "$folder is there already. Other passwords: stop Sova, remove it, and run this again." >&2
    exit 1
fi

random() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }

umask 077
mkdir "$folder"
redis="$(random)"
qdrant="$(random)"
printf 'requirepass %s\n' "$redis" >"$folder/redis.conf"
printf 'service:\n  api_key: %s\n' "$qdrant" >"$folder/qdrant.yaml"
printf 'SOVA_REDIS_URL=redis://:%s@redis:6379/0\nSOVA_QDRANT_API_KEY=%s\n' "$redis" "$qdrant" >"$folder/sova.env"

# In their containers these two are read by users of other numbers; on this machine the folder keeps everybody else out.
chmod 444 "$folder/redis.conf" "$folder/qdrant.yaml"
echo "Made $folder: passwords for Redis and Qdrant."
