-- One row is a fault in the books of credits: the rule that is broken, where, what is found and what was wanted. No row: the books are sound.
-- From credit (lots), credit_entry (double-entry lines), credit_part (who holds which serials now), audit (the acts) and record (evidence).
WITH unbalanced AS (
  SELECT 'balance' AS rule, 'posting ' || posting || ' of ' || credit AS place_of_fault, SUM(amount) AS found, 0 AS wanted
  FROM credit_entry
  GROUP BY posting, credit
  HAVING SUM(amount) <> 0
),
misnumbered AS (
  SELECT 'serials' AS rule, 'posting ' || e.posting || ' line ' || e.line AS place_of_fault, e.amount AS found, e.last - e.first + 1 AS wanted
  FROM credit_entry e
  LEFT JOIN credit c ON c.id = e.credit
  WHERE ABS(e.amount) <> e.last - e.first + 1 OR e.first < 1 OR c.id IS NULL OR e.last > c.amount
),
issued AS (
  SELECT 'issued' AS rule, c.id AS place_of_fault, COALESCE(SUM(-e.amount), 0) AS found, c.amount AS wanted
  FROM credit c
  LEFT JOIN credit_entry e ON e.credit = c.id AND e.state = 'source'
  GROUP BY c.id, c.amount
  HAVING COALESCE(SUM(-e.amount), 0) <> c.amount
),
following AS (
  SELECT credit, first, last, COALESCE(LAG(last) OVER (PARTITION BY credit ORDER BY first, last), 0) + 1 AS next_serial FROM credit_part
),
torn AS (
  SELECT 'once' AS rule, credit || ' from ' || first AS place_of_fault, first AS found, next_serial AS wanted
  FROM following
  WHERE first <> next_serial OR last < first
),
whole AS (
  SELECT 'whole' AS rule, c.id AS place_of_fault, COALESCE(MAX(p.last), 0) AS found, c.amount AS wanted
  FROM credit c
  LEFT JOIN credit_part p ON p.credit = c.id
  GROUP BY c.id, c.amount
  HAVING COALESCE(MAX(p.last), 0) <> c.amount
),
sides AS (
  SELECT credit, state, place, holder, amount AS booked, 0 AS held FROM credit_entry WHERE state <> 'source'
  UNION ALL
  SELECT credit, state, place, holder, 0 AS booked, last - first + 1 AS held FROM credit_part
),
accounts AS (
  SELECT 'account' AS rule, credit || ' ' || state || ' ' || place || ' ' || holder AS place_of_fault, SUM(held) AS found, SUM(booked) AS wanted
  FROM sides
  GROUP BY credit, state, place, holder
  HAVING SUM(held) <> SUM(booked)
),
unbooked AS (
  SELECT 'holding' AS rule, p.credit || ' from ' || p.first AS place_of_fault, p.posting AS found, 0 AS wanted
  FROM credit_part p
  WHERE NOT EXISTS (
    SELECT 1 FROM credit_entry e
    WHERE e.posting = p.posting AND e.credit = p.credit AND e.amount > 0 AND e.first <= p.first AND e.last >= p.last
      AND e.state = p.state AND e.place = p.place AND e.holder = p.holder AND e.day = p.day
  )
),
overtaken AS (
  SELECT 'newest' AS rule, p.credit || ' from ' || p.first AS place_of_fault, p.posting AS found, MAX(e.posting) AS wanted
  FROM credit_part p
  JOIN credit_entry e ON e.credit = p.credit AND e.posting > p.posting AND e.first <= p.last AND e.last >= p.first
  GROUP BY p.credit, p.first, p.posting
),
early AS (
  SELECT 'realised' AS rule, 'posting ' || e.posting || ' line ' || e.line AS place_of_fault, e.posting AS found, 0 AS wanted
  FROM credit_entry e
  WHERE e.state = 'reserved' AND e.amount > 0 AND NOT EXISTS (
    SELECT 1 FROM credit_entry a
    WHERE a.credit = e.credit AND a.state = 'available' AND a.amount > 0 AND a.posting < e.posting AND a.day <= e.day
      AND a.first <= e.first AND a.last >= e.last
  )
),
late AS (
  SELECT 'expiry' AS rule, 'posting ' || e.posting || ' line ' || e.line AS place_of_fault, e.posting AS found, 0 AS wanted
  FROM credit_entry e
  JOIN credit c ON c.id = e.credit
  WHERE e.state IN ('reserved', 'committed') AND e.amount > 0 AND c.expires < e.day
),
running AS (
  SELECT credit, state, place, holder, posting,
    SUM(amount) OVER (PARTITION BY credit, state, place, holder ORDER BY posting, line ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS held
  FROM credit_entry
  WHERE state <> 'source'
),
overdrawn AS (
  SELECT 'overdrawn' AS rule, credit || ' ' || state || ' ' || place || ' ' || holder AS place_of_fault, MIN(held) AS found, 0 AS wanted
  FROM running
  GROUP BY credit, state, place, holder
  HAVING MIN(held) < 0
),
posted AS (
  SELECT DISTINCT posting FROM credit_entry
),
unacted AS (
  SELECT 'act' AS rule, 'posting ' || p.posting AS place_of_fault, p.posting AS found, 0 AS wanted
  FROM posted p
  LEFT JOIN audit a ON a.number = p.posting AND SUBSTR(a.kind, 1, LENGTH('credit.')) = 'credit.'
  WHERE a.number IS NULL
  UNION ALL
  SELECT 'act' AS rule, 'act ' || a.number AS place_of_fault, 0 AS found, a.number AS wanted
  FROM audit a
  LEFT JOIN posted p ON p.posting = a.number
  WHERE SUBSTR(a.kind, 1, LENGTH('credit.')) = 'credit.' AND p.posting IS NULL
),
unproved AS (
  SELECT 'evidence' AS rule, c.id || ' ' || c.evidence AS place_of_fault, 0 AS found, 1 AS wanted
  FROM credit c
  LEFT JOIN record r ON r.id = c.evidence
  WHERE r.id IS NULL
)
SELECT rule, place_of_fault, found, wanted FROM unbalanced
UNION ALL SELECT rule, place_of_fault, found, wanted FROM misnumbered
UNION ALL SELECT rule, place_of_fault, found, wanted FROM issued
UNION ALL SELECT rule, place_of_fault, found, wanted FROM torn
UNION ALL SELECT rule, place_of_fault, found, wanted FROM whole
UNION ALL SELECT rule, place_of_fault, found, wanted FROM accounts
UNION ALL SELECT rule, place_of_fault, found, wanted FROM unbooked
UNION ALL SELECT rule, place_of_fault, found, wanted FROM overtaken
UNION ALL SELECT rule, place_of_fault, found, wanted FROM early
UNION ALL SELECT rule, place_of_fault, found, wanted FROM late
UNION ALL SELECT rule, place_of_fault, found, wanted FROM overdrawn
UNION ALL SELECT rule, place_of_fault, found, wanted FROM unacted
UNION ALL SELECT rule, place_of_fault, found, wanted FROM unproved
ORDER BY rule, place_of_fault
