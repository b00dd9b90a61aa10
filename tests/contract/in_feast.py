"""Runs beside Feast: read a model's features as training does and as serving does.

    python in_feast.py REPOSITORY SERVICE NOW KEYS

NOW is a moment in ISO form; the values of the day before are loaded into the online store first.
KEYS is JSON: one object of keys per row.
Prints both answers as JSON, one object per row.
"""

import json
import sys
from datetime import datetime, timedelta

import pandas as pd
from feast import FeatureStore

repository, name = sys.argv[1:3]
now, rows = datetime.fromisoformat(sys.argv[3]), json.loads(sys.argv[4])
store = FeatureStore(repo_path=repository)
store.materialize(now - timedelta(days=1), now)
service = store.get_feature_service(name)

asked = pd.DataFrame(rows)
asked["event_timestamp"] = pd.Timestamp(now)
trained = store.get_historical_features(asked, service).to_df()
served = store.get_online_features(service, rows).to_df()
names = sorted(each.name for view in service.feature_view_projections for each in view.features)
keys = sorted(rows[0])
sys.stdout.write(
    json.dumps(
        [
            json.loads(each.sort_values(keys)[keys + names].to_json(orient="records"))
            for each in (trained, served)
        ]
    )
)
