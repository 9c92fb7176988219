-- Product is output at constant or current prices, income is what a survey of households finds: one indicator, one concept.
SELECT obs_id AS row_id
FROM core.observation
QUALIFY min(concept) OVER (PARTITION BY indicator) <> max(concept) OVER (PARTITION BY indicator)
UNION
SELECT o.obs_id AS row_id
FROM core.observation o
JOIN core.indicator i USING (indicator)
JOIN core.indicator product ON product.concept IN ('commune_product', 'grdp', 'gross_output', 'value_added')
    AND regexp_matches(coalesce(i.formula, ''), '\b' || product.indicator || '\b')
WHERE i.concept = 'survey_income'
