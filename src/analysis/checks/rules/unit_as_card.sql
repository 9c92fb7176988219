-- Unit, concept and prices are the definition card's: anything else would be added to figures it cannot be added to.
SELECT o.obs_id AS row_id
FROM core.observation o
LEFT JOIN core.indicator i USING (indicator)
WHERE i.indicator IS NULL
   OR o.unit_measure <> i.unit_measure OR o.concept <> i.concept OR o.prices <> i.prices
