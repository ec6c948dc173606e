# The embedding models: why one could not be had. (Where they come from is told by the sentences of models.ftl.)

notice-embedding-not-fetched = it was never fetched; `sova models fetch` brings it
notice-embedding-no-source = there is no source to ask
notice-embedding-not-built = it could not be put together from what was fetched (the log says why)
notice-embedding-unfaithful = { $source ->
    [hub] what was made of the model hub's files embeds wrongly on this machine, so I won't use it
   *[other] what was made of the package index's files embeds wrongly on this machine, so I won't use it
  }
notice-embedding-cannot-run = the files in { $folder } can't be loaded or run ({ $error }); if they are damaged, delete the folder
