;; Distances of rows to centers, four float32 lanes or two float64 lanes at a time, a lane for each row. All addresses are in bytes.
;; kernels.ts holds this module as text:
;; npx wat2wasm packages/latent/src/cluster/kmeans/kernels.wat -o kernels.wasm && base64 -w0 kernels.wasm
(module
  (memory (export "memory") 1)

  ;; to[column, 0..3] = the column of the four rows that start at a, b, c and d, less origin[column]. `to` has 8 numbers for each column,
  ;; rounded up to a multiple of 4 columns; the last of these hold what comes behind the rows in memory, and nobody reads them.
  (func $spread (param $a i32) (param $b i32) (param $c i32) (param $d i32) (param $columns i32) (param $origin i32) (param $to i32)
    (local $end i32) (local $o v128) (local $x v128) (local $y v128) (local $z v128) (local $w v128)
    (local $xy v128) (local $zw v128) (local $yx v128) (local $wz v128)
    (local.set $end (i32.add (local.get $to) (i32.shl (local.get $columns) (i32.const 5))))
    (loop $four
      (local.set $o (v128.load (local.get $origin)))
      (local.set $x (f32x4.sub (v128.load (local.get $a)) (local.get $o)))
      (local.set $y (f32x4.sub (v128.load (local.get $b)) (local.get $o)))
      (local.set $z (f32x4.sub (v128.load (local.get $c)) (local.get $o)))
      (local.set $w (f32x4.sub (v128.load (local.get $d)) (local.get $o)))
      (local.set $xy (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23 (local.get $x) (local.get $y)))
      (local.set $zw (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23 (local.get $z) (local.get $w)))
      (local.set $yx (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31 (local.get $x) (local.get $y)))
      (local.set $wz (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31 (local.get $z) (local.get $w)))
      (v128.store (local.get $to)
        (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $xy) (local.get $zw)))
      (v128.store offset=32 (local.get $to)
        (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31 (local.get $xy) (local.get $zw)))
      (v128.store offset=64 (local.get $to)
        (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $yx) (local.get $wz)))
      (v128.store offset=96 (local.get $to)
        (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31 (local.get $yx) (local.get $wz)))
      (local.set $a (i32.add (local.get $a) (i32.const 16)))
      (local.set $b (i32.add (local.get $b) (i32.const 16)))
      (local.set $c (i32.add (local.get $c) (i32.const 16)))
      (local.set $d (i32.add (local.get $d) (i32.const 16)))
      (local.set $origin (i32.add (local.get $origin) (i32.const 16)))
      (br_if $four
        (i32.lt_u (local.tee $to (i32.add (local.get $to) (i32.const 128))) (local.get $end)))))

  ;; Takes loss[label + 1] off each row's gap, and measures the rows whose gap is then not above 0: labels[row] = the nearest of an even
  ;; number of centers, the first of equals, and gaps[row] = how much farther the next is, less what rounding may have made of it:
  ;; sqrt(next) (1 - relative) - sqrt(nearest) (1 + relative) - absolute. Returns how many rows `changed` then holds, [?, 2] int32:
  ;; those with another label or a gap that is not above 0, with the label before.
  ;; from: [count, columns] float32. origin: [columns, rounded up to a multiple of 4] float32, taken off the rows;
  ;; centers: [clusters / 2, columns, 2] float32, from which it has been taken. scratch: [columns rounded up, 8] float32.
  ;; labels: [count] int32, gaps: [count] float64, loss: [clusters + 1] float64; list: room for count + 8 int32.
  (func (export "update") (param $from i32) (param $count i32) (param $columns i32) (param $origin i32)
    (param $centers i32) (param $clusters i32) (param $scratch i32) (param $labels i32) (param $gaps i32)
    (param $loss i32) (param $list i32) (param $changed i32) (param $relative f32) (param $absolute f32) (result i32)
    (local $end i32) (local $stride i32) (local $at i32) (local $c i32) (local $center i32) (local $left i32) (local $start i32)
    (local $x v128) (local $y v128) (local $ca v128) (local $cb v128)
    (local $xa v128) (local $xb v128) (local $ya v128) (local $yb v128)
    (local $least v128) (local $next v128) (local $label v128)
    (local $yLeast v128) (local $yNext v128) (local $yLabel v128)
    (local.set $start (local.get $changed))
    (local.set $left
      (call $listRows (local.get $labels) (local.get $gaps) (local.get $count) (local.get $loss) (local.get $list)))
    (if (i32.eqz (local.get $left)) (then (return (i32.const 0))))
    (local.set $end (i32.add (local.get $scratch) (i32.shl (local.get $columns) (i32.const 5))))
    (local.set $stride (i32.shl (local.get $columns) (i32.const 2)))
    (loop $rows
      (call $spread
        (i32.add (local.get $from) (i32.mul (local.get $stride) (i32.load offset=0 (local.get $list))))
        (i32.add (local.get $from) (i32.mul (local.get $stride) (i32.load offset=4 (local.get $list))))
        (i32.add (local.get $from) (i32.mul (local.get $stride) (i32.load offset=8 (local.get $list))))
        (i32.add (local.get $from) (i32.mul (local.get $stride) (i32.load offset=12 (local.get $list))))
        (local.get $columns) (local.get $origin) (local.get $scratch))
      (call $spread
        (i32.add (local.get $from) (i32.mul (local.get $stride) (i32.load offset=16 (local.get $list))))
        (i32.add (local.get $from) (i32.mul (local.get $stride) (i32.load offset=20 (local.get $list))))
        (i32.add (local.get $from) (i32.mul (local.get $stride) (i32.load offset=24 (local.get $list))))
        (i32.add (local.get $from) (i32.mul (local.get $stride) (i32.load offset=28 (local.get $list))))
        (local.get $columns) (local.get $origin) (i32.add (local.get $scratch) (i32.const 16)))
      (local.set $least (f32x4.splat (f32.const inf)))
      (local.set $next (local.get $least))
      (local.set $yLeast (local.get $least))
      (local.set $yNext (local.get $least))
      (local.set $label (i32x4.splat (i32.const 0)))
      (local.set $yLabel (local.get $label))
      (local.set $center (local.get $centers))
      (local.set $c (i32.const 0))
      (loop $pairs
        (local.set $xa (f32x4.splat (f32.const 0)))
        (local.set $xb (local.get $xa))
        (local.set $ya (local.get $xa))
        (local.set $yb (local.get $xa))
        (local.set $at (local.get $scratch))
        (loop $columnsOfPair
          (local.set $ca (v128.load32_splat (local.get $center)))
          (local.set $cb (v128.load32_splat offset=4 (local.get $center)))
          (local.set $x (f32x4.sub (v128.load (local.get $at)) (local.get $ca)))
          (local.set $xa (f32x4.add (local.get $xa) (f32x4.mul (local.get $x) (local.get $x))))
          (local.set $x (f32x4.sub (v128.load (local.get $at)) (local.get $cb)))
          (local.set $xb (f32x4.add (local.get $xb) (f32x4.mul (local.get $x) (local.get $x))))
          (local.set $y (f32x4.sub (v128.load offset=16 (local.get $at)) (local.get $ca)))
          (local.set $ya (f32x4.add (local.get $ya) (f32x4.mul (local.get $y) (local.get $y))))
          (local.set $y (f32x4.sub (v128.load offset=16 (local.get $at)) (local.get $cb)))
          (local.set $yb (f32x4.add (local.get $yb) (f32x4.mul (local.get $y) (local.get $y))))
          (local.set $center (i32.add (local.get $center) (i32.const 8)))
          (br_if $columnsOfPair
            (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 32))) (local.get $end))))
        (local.set $ca (i32x4.splat (local.get $c)))
        (local.set $cb (i32x4.splat (i32.add (local.get $c) (i32.const 1))))
        (local.set $label
          (v128.bitselect (local.get $ca) (local.get $label) (f32x4.lt (local.get $xa) (local.get $least))))
        (local.set $next (f32x4.pmin (local.get $next) (f32x4.pmax (local.get $least) (local.get $xa))))
        (local.set $least (f32x4.pmin (local.get $least) (local.get $xa)))
        (local.set $label
          (v128.bitselect (local.get $cb) (local.get $label) (f32x4.lt (local.get $xb) (local.get $least))))
        (local.set $next (f32x4.pmin (local.get $next) (f32x4.pmax (local.get $least) (local.get $xb))))
        (local.set $least (f32x4.pmin (local.get $least) (local.get $xb)))
        (local.set $yLabel
          (v128.bitselect (local.get $ca) (local.get $yLabel) (f32x4.lt (local.get $ya) (local.get $yLeast))))
        (local.set $yNext (f32x4.pmin (local.get $yNext) (f32x4.pmax (local.get $yLeast) (local.get $ya))))
        (local.set $yLeast (f32x4.pmin (local.get $yLeast) (local.get $ya)))
        (local.set $yLabel
          (v128.bitselect (local.get $cb) (local.get $yLabel) (f32x4.lt (local.get $yb) (local.get $yLeast))))
        (local.set $yNext (f32x4.pmin (local.get $yNext) (f32x4.pmax (local.get $yLeast) (local.get $yb))))
        (local.set $yLeast (f32x4.pmin (local.get $yLeast) (local.get $yb)))
        (br_if $pairs
          (i32.lt_u (local.tee $c (i32.add (local.get $c) (i32.const 2))) (local.get $clusters))))
      (local.set $changed
        (call $keep (local.get $list) (local.get $left) (local.get $labels) (local.get $gaps) (local.get $changed)
          (local.get $label)
          (call $gap (local.get $least) (local.get $next) (local.get $relative) (local.get $absolute))))
      (local.set $changed
        (call $keep
          (i32.add (local.get $list) (i32.const 16))
          (i32.sub (local.get $left) (i32.const 4))
          (local.get $labels) (local.get $gaps) (local.get $changed)
          (local.get $yLabel)
          (call $gap (local.get $yLeast) (local.get $yNext) (local.get $relative) (local.get $absolute))))
      (local.set $list (i32.add (local.get $list) (i32.const 32)))
      (br_if $rows (i32.gt_s (local.tee $left (i32.sub (local.get $left) (i32.const 8))) (i32.const 0))))
    (i32.shr_u (i32.sub (local.get $changed) (local.get $start)) (i32.const 3)))

  ;; Returns how many rows it has listed; the last of them follows 7 times more.
  (func $listRows (param $labels i32) (param $gaps i32) (param $count i32) (param $loss i32) (param $list i32) (result i32)
    (local $row i32) (local $at i32) (local $gap f64) (local $last v128)
    (local.set $at (local.get $list))
    (loop $rows
      (local.set $gap
        (f64.sub
          (f64.load (local.get $gaps))
          (f64.load offset=8 (i32.add (local.get $loss) (i32.shl (i32.load (local.get $labels)) (i32.const 3))))))
      (f64.store (local.get $gaps) (local.get $gap))
      (i32.store (local.get $at) (local.get $row))
      (local.set $at
        (i32.add
          (local.get $at)
          (i32.shl (i32.eqz (f64.gt (local.get $gap) (f64.const 0))) (i32.const 2))))
      (local.set $labels (i32.add (local.get $labels) (i32.const 4)))
      (local.set $gaps (i32.add (local.get $gaps) (i32.const 8)))
      (br_if $rows (i32.lt_u (local.tee $row (i32.add (local.get $row) (i32.const 1))) (local.get $count))))
    (if (i32.gt_u (local.get $at) (local.get $list))
      (then
        (local.set $last (v128.load32_splat (i32.sub (local.get $at) (i32.const 4))))
        (v128.store (local.get $at) (local.get $last))
        (v128.store offset=16 (local.get $at) (local.get $last))))
    (i32.shr_u (i32.sub (local.get $at) (local.get $list)) (i32.const 2)))

  ;; What has been found for up to 4 listed rows goes to their places; returns the end of `changed`.
  (func $keep (param $list i32) (param $left i32) (param $labels i32) (param $gaps i32) (param $changed i32)
    (param $label v128) (param $gap v128) (result i32)
    (if (i32.le_s (local.get $left) (i32.const 0)) (then (return (local.get $changed))))
    (local.set $changed
      (call $keepOne (i32.load offset=0 (local.get $list)) (local.get $labels) (local.get $gaps) (local.get $changed)
        (i32x4.extract_lane 0 (local.get $label)) (f32x4.extract_lane 0 (local.get $gap))))
    (if (i32.le_s (local.get $left) (i32.const 1)) (then (return (local.get $changed))))
    (local.set $changed
      (call $keepOne (i32.load offset=4 (local.get $list)) (local.get $labels) (local.get $gaps) (local.get $changed)
        (i32x4.extract_lane 1 (local.get $label)) (f32x4.extract_lane 1 (local.get $gap))))
    (if (i32.le_s (local.get $left) (i32.const 2)) (then (return (local.get $changed))))
    (local.set $changed
      (call $keepOne (i32.load offset=8 (local.get $list)) (local.get $labels) (local.get $gaps) (local.get $changed)
        (i32x4.extract_lane 2 (local.get $label)) (f32x4.extract_lane 2 (local.get $gap))))
    (if (i32.le_s (local.get $left) (i32.const 3)) (then (return (local.get $changed))))
    (local.set $changed
      (call $keepOne (i32.load offset=12 (local.get $list)) (local.get $labels) (local.get $gaps) (local.get $changed)
        (i32x4.extract_lane 3 (local.get $label)) (f32x4.extract_lane 3 (local.get $gap))))
    (local.get $changed))

  (func $keepOne (param $row i32) (param $labels i32) (param $gaps i32) (param $changed i32)
    (param $label i32) (param $gap f32) (result i32)
    (local $before i32)
    (local.set $labels (i32.add (local.get $labels) (i32.shl (local.get $row) (i32.const 2))))
    (local.set $before (i32.load (local.get $labels)))
    (i32.store (local.get $labels) (local.get $label))
    (f64.store
      (i32.add (local.get $gaps) (i32.shl (local.get $row) (i32.const 3)))
      (f64.promote_f32 (local.get $gap)))
    (i32.store (local.get $changed) (local.get $row))
    (i32.store offset=4 (local.get $changed) (local.get $before))
    (i32.add
      (local.get $changed)
      (i32.shl
        (i32.or
          (i32.ne (local.get $before) (local.get $label))
          (i32.eqz (f32.gt (local.get $gap) (f32.const 0))))
        (i32.const 3))))

  ;; A square that is too large for float32 is at least the largest of them.
  (func $gap (param $least v128) (param $next v128) (param $relative f32) (param $absolute f32) (result v128)
    (f32x4.sub
      (f32x4.sub
        (f32x4.mul
          (f32x4.sqrt (f32x4.pmin (local.get $next) (f32x4.splat (f32.const 0x1.fffffep+127))))
          (f32x4.splat (f32.sub (f32.const 1) (local.get $relative))))
        (f32x4.mul (f32x4.sqrt (local.get $least)) (f32x4.splat (f32.add (f32.const 1) (local.get $relative)))))
      (f32x4.splat (local.get $absolute))))

  ;; out[center, row] = min(share[row], weights[row] |from[row] - center|^2); the columns are added one after the other.
  ;; from: [count, columns] float32; count: a multiple of 8. zeros: [columns, rounded up to a multiple of 4] float32;
  ;; centers: [pairs, columns, 2] float64. weights, share: [count] float64. scratch: [columns rounded up, 8] float32.
  ;; out: [2 pairs, count] float64.
  (func (export "shares") (param $from i32) (param $count i32) (param $columns i32) (param $zeros i32)
    (param $centers i32) (param $pairs i32) (param $weights i32) (param $share i32) (param $scratch i32) (param $out i32)
    (local $end i32) (local $stride i32) (local $at i32) (local $c i32) (local $pair i32) (local $to i32) (local $next i32)
    (local $x v128) (local $y v128) (local $ca v128) (local $cb v128)
    (local $a v128) (local $b v128) (local $d v128) (local $e v128)
    (local $f v128) (local $g v128) (local $h v128) (local $i v128)
    (local.set $end (i32.add (local.get $scratch) (i32.shl (local.get $columns) (i32.const 5))))
    (local.set $stride (i32.shl (local.get $columns) (i32.const 2)))
    (local.set $next (i32.shl (local.get $count) (i32.const 3)))
    (loop $rows
      (local.set $to (local.get $scratch))
      (loop $halves
        (call $spread
          (local.get $from)
          (i32.add (local.get $from) (local.get $stride))
          (i32.add (local.get $from) (i32.shl (local.get $stride) (i32.const 1)))
          (i32.add (local.get $from) (i32.mul (local.get $stride) (i32.const 3)))
          (local.get $columns) (local.get $zeros) (local.get $to))
        (local.set $from (i32.add (local.get $from) (i32.shl (local.get $stride) (i32.const 2))))
        (br_if $halves
          (i32.le_u (local.tee $to (i32.add (local.get $to) (i32.const 16)))
            (i32.add (local.get $scratch) (i32.const 16)))))
      (local.set $c (local.get $centers))
      (local.set $to (local.get $out))
      (local.set $pair (local.get $pairs))
      (loop $twoCenters
        (local.set $a (f64x2.splat (f64.const 0)))
        (local.set $b (local.get $a))
        (local.set $d (local.get $a))
        (local.set $e (local.get $a))
        (local.set $f (local.get $a))
        (local.set $g (local.get $a))
        (local.set $h (local.get $a))
        (local.set $i (local.get $a))
        (local.set $at (local.get $scratch))
        (loop $columnsOfPair
          (local.set $ca (v128.load64_splat (local.get $c)))
          (local.set $cb (v128.load64_splat offset=8 (local.get $c)))
          (local.set $x (f64x2.promote_low_f32x4 (v128.load64_zero (local.get $at))))
          (local.set $y (f64x2.sub (local.get $x) (local.get $ca)))
          (local.set $a (f64x2.add (local.get $a) (f64x2.mul (local.get $y) (local.get $y))))
          (local.set $y (f64x2.sub (local.get $x) (local.get $cb)))
          (local.set $f (f64x2.add (local.get $f) (f64x2.mul (local.get $y) (local.get $y))))
          (local.set $x (f64x2.promote_low_f32x4 (v128.load64_zero offset=8 (local.get $at))))
          (local.set $y (f64x2.sub (local.get $x) (local.get $ca)))
          (local.set $b (f64x2.add (local.get $b) (f64x2.mul (local.get $y) (local.get $y))))
          (local.set $y (f64x2.sub (local.get $x) (local.get $cb)))
          (local.set $g (f64x2.add (local.get $g) (f64x2.mul (local.get $y) (local.get $y))))
          (local.set $x (f64x2.promote_low_f32x4 (v128.load64_zero offset=16 (local.get $at))))
          (local.set $y (f64x2.sub (local.get $x) (local.get $ca)))
          (local.set $d (f64x2.add (local.get $d) (f64x2.mul (local.get $y) (local.get $y))))
          (local.set $y (f64x2.sub (local.get $x) (local.get $cb)))
          (local.set $h (f64x2.add (local.get $h) (f64x2.mul (local.get $y) (local.get $y))))
          (local.set $x (f64x2.promote_low_f32x4 (v128.load64_zero offset=24 (local.get $at))))
          (local.set $y (f64x2.sub (local.get $x) (local.get $ca)))
          (local.set $e (f64x2.add (local.get $e) (f64x2.mul (local.get $y) (local.get $y))))
          (local.set $y (f64x2.sub (local.get $x) (local.get $cb)))
          (local.set $i (f64x2.add (local.get $i) (f64x2.mul (local.get $y) (local.get $y))))
          (local.set $c (i32.add (local.get $c) (i32.const 16)))
          (br_if $columnsOfPair
            (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 32))) (local.get $end))))
        (call $least (local.get $a) (local.get $b) (local.get $d) (local.get $e)
          (local.get $weights) (local.get $share) (local.get $to))
        (local.set $to (i32.add (local.get $to) (local.get $next)))
        (call $least (local.get $f) (local.get $g) (local.get $h) (local.get $i)
          (local.get $weights) (local.get $share) (local.get $to))
        (local.set $to (i32.add (local.get $to) (local.get $next)))
        (br_if $twoCenters (local.tee $pair (i32.sub (local.get $pair) (i32.const 1)))))
      (local.set $weights (i32.add (local.get $weights) (i32.const 64)))
      (local.set $share (i32.add (local.get $share) (i32.const 64)))
      (local.set $out (i32.add (local.get $out) (i32.const 64)))
      (br_if $rows (local.tee $count (i32.sub (local.get $count) (i32.const 8))))))

  (func $least (param $a v128) (param $b v128) (param $c v128) (param $d v128)
    (param $weights i32) (param $share i32) (param $to i32)
    (v128.store (local.get $to)
      (f64x2.pmin (v128.load (local.get $share)) (f64x2.mul (local.get $a) (v128.load (local.get $weights)))))
    (v128.store offset=16 (local.get $to)
      (f64x2.pmin (v128.load offset=16 (local.get $share))
        (f64x2.mul (local.get $b) (v128.load offset=16 (local.get $weights)))))
    (v128.store offset=32 (local.get $to)
      (f64x2.pmin (v128.load offset=32 (local.get $share))
        (f64x2.mul (local.get $c) (v128.load offset=32 (local.get $weights)))))
    (v128.store offset=48 (local.get $to)
      (f64x2.pmin (v128.load offset=48 (local.get $share))
        (f64x2.mul (local.get $d) (v128.load offset=48 (local.get $weights)))))))
