-- The figure that stands is far from another one of the same period: by more than `threshold` of its size, for rates and
-- shares by more than one point.
SELECT DISTINCT c.winner_obs_id AS row_id
FROM core.conflict c
JOIN core.indicator i USING (indicator)
WHERE c.differs
  AND abs(c.obs_value - c.winner_value) > CASE WHEN i.unit_measure IN ('PC', 'PC_Y', 'IX_PY100', 'PP') THEN 1
      ELSE (SELECT threshold FROM run.parameter) * abs(c.winner_value) END
