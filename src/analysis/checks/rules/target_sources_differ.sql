-- Two sources give one target different values: the binding one is judged, the other is shown beside it.
SELECT DISTINCT other.plan || '|' || other.target_id AS row_id
FROM (SELECT plan, target_id, indicator, activity, deadline, binding, value_low, value_high FROM core.target
      UNION ALL
      SELECT plan, target_id, indicator, activity, year, binding, value_low, value_high FROM core.annual_target) other
JOIN (SELECT plan, indicator, activity, deadline, binding, value_low, value_high FROM core.target
      UNION ALL
      SELECT plan, indicator, activity, year, binding, value_low, value_high FROM core.annual_target) judged
    ON judged.plan = other.plan AND judged.indicator = other.indicator AND judged.activity = other.activity
    AND judged.deadline = other.deadline AND judged.binding
WHERE NOT other.binding
  AND (other.value_low IS DISTINCT FROM judged.value_low OR other.value_high IS DISTINCT FROM judged.value_high)
