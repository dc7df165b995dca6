"""Statistical estimators: arrays in, :class:`helpers.ground.results.Estimate` (or a tidy curve) out.

They know nothing of the study: no column names, no labels, no files. Each module imports only the libraries
it needs: ``proportions``, ``quantiles``, ``ranks`` and ``cox`` (scipy), ``balance`` (tableone), ``competing``
(surpyval). An estimate that does not exist comes back as ``not estimable: <reason>``.
"""
