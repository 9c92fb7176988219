-- An area code is no key: the figure must name the edition of the area that it describes, published after that edition
-- began and for a period that began before it ended.
SELECT o.obs_id AS row_id
FROM core.observation o
LEFT JOIN core.area a ON a.ref_area = o.ref_area AND a.valid_from = o.area_valid_from
WHERE a.ref_area IS NULL
   OR o.vintage < a.valid_from
   OR make_date(CAST(left(o.time_period, 4) AS INTEGER), 1, 1) > a.valid_to
