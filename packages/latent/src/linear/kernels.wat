;; The two products that PCA spends its time in, two float64 lanes at a time. All addresses are in bytes.
;; kernels.ts holds this module as text: npx wat2wasm packages/latent/src/linear/kernels.wat -o kernels.wasm && base64 -w0 kernels.wasm
(module
  (memory (export "memory") 1)

  ;; Four by four sums over the rows of a block: out[i, j] += sum_r p[r, i] q[r, j]; and sum[j] += sum_r q[r, j], unless sum is 0.
  (func $tile (param $p i32) (param $q i32) (param $count i32) (param $stride i32) (param $out i32) (param $sum i32)
    (local $y v128) (local $z v128) (local $x v128) (local $sy v128) (local $sz v128)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (local $e v128) (local $f v128) (local $g v128) (local $h v128)
    (loop $rows
      (local.set $y (v128.load (local.get $q)))
      (local.set $z (v128.load offset=16 (local.get $q)))
      (local.set $sy (f64x2.add (local.get $sy) (local.get $y)))
      (local.set $sz (f64x2.add (local.get $sz) (local.get $z)))
      (local.set $x (v128.load64_splat (local.get $p)))
      (local.set $a (f64x2.add (local.get $a) (f64x2.mul (local.get $x) (local.get $y))))
      (local.set $b (f64x2.add (local.get $b) (f64x2.mul (local.get $x) (local.get $z))))
      (local.set $x (v128.load64_splat offset=8 (local.get $p)))
      (local.set $c (f64x2.add (local.get $c) (f64x2.mul (local.get $x) (local.get $y))))
      (local.set $d (f64x2.add (local.get $d) (f64x2.mul (local.get $x) (local.get $z))))
      (local.set $x (v128.load64_splat offset=16 (local.get $p)))
      (local.set $e (f64x2.add (local.get $e) (f64x2.mul (local.get $x) (local.get $y))))
      (local.set $f (f64x2.add (local.get $f) (f64x2.mul (local.get $x) (local.get $z))))
      (local.set $x (v128.load64_splat offset=24 (local.get $p)))
      (local.set $g (f64x2.add (local.get $g) (f64x2.mul (local.get $x) (local.get $y))))
      (local.set $h (f64x2.add (local.get $h) (f64x2.mul (local.get $x) (local.get $z))))
      (local.set $p (i32.add (local.get $p) (local.get $stride)))
      (local.set $q (i32.add (local.get $q) (local.get $stride)))
      (br_if $rows (local.tee $count (i32.sub (local.get $count) (i32.const 1)))))
    (call $add (local.get $out) (local.get $a) (local.get $b))
    (local.set $out (i32.add (local.get $out) (local.get $stride)))
    (call $add (local.get $out) (local.get $c) (local.get $d))
    (local.set $out (i32.add (local.get $out) (local.get $stride)))
    (call $add (local.get $out) (local.get $e) (local.get $f))
    (local.set $out (i32.add (local.get $out) (local.get $stride)))
    (call $add (local.get $out) (local.get $g) (local.get $h))
    (if (local.get $sum) (then (call $add (local.get $sum) (local.get $sy) (local.get $sz)))))

  (func $add (param $at i32) (param $y v128) (param $z v128)
    (v128.store (local.get $at) (f64x2.add (v128.load (local.get $at)) (local.get $y)))
    (v128.store offset=16 (local.get $at) (f64x2.add (v128.load offset=16 (local.get $at)) (local.get $z))))

  ;; from: [count, columns] float32. width: columns rounded up to a multiple of 4. shift, sums: [width] float64,
  ;; block: [count, width] float64, products: [width, width] float64, of which the tiles on and above the diagonal are added to.
  ;; Columns from `columns` on hold what comes next in memory; nobody reads their products.
  (func (export "addBlock") (param $from i32) (param $count i32) (param $columns i32) (param $width i32)
    (param $shift i32) (param $sums i32) (param $block i32) (param $products i32)
    (local $row i32) (local $c i32) (local $to i32) (local $x v128) (local $a i32) (local $b i32) (local $stride i32)
    (local.set $stride (i32.shl (local.get $width) (i32.const 3)))
    (local.set $to (local.get $block))
    (local.set $row (local.get $count))
    (loop $rows
      (local.set $c (i32.const 0))
      (loop $columnsOfRow
        (local.set $x (v128.load (i32.add (local.get $from) (i32.shl (local.get $c) (i32.const 2)))))
        (local.set $a (i32.add (local.get $shift) (i32.shl (local.get $c) (i32.const 3))))
        (v128.store (local.get $to)
          (f64x2.sub (f64x2.promote_low_f32x4 (local.get $x)) (v128.load (local.get $a))))
        (v128.store offset=16 (local.get $to)
          (f64x2.sub
            (f64x2.promote_low_f32x4
              (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15 (local.get $x) (local.get $x)))
            (v128.load offset=16 (local.get $a))))
        (local.set $to (i32.add (local.get $to) (i32.const 32)))
        (br_if $columnsOfRow
          (i32.lt_u (local.tee $c (i32.add (local.get $c) (i32.const 4))) (local.get $width))))
      (local.set $from (i32.add (local.get $from) (i32.shl (local.get $columns) (i32.const 2))))
      (br_if $rows (local.tee $row (i32.sub (local.get $row) (i32.const 1)))))
    (local.set $b (i32.const 0))
    (loop $right
      (local.set $a (i32.const 0))
      (loop $left
        (call $tile
          (i32.add (local.get $block) (local.get $a))
          (i32.add (local.get $block) (local.get $b))
          (local.get $count)
          (local.get $stride)
          (i32.add (i32.add (local.get $products) (i32.mul (local.get $a) (local.get $width))) (local.get $b))
          (select (i32.add (local.get $sums) (local.get $b)) (i32.const 0) (i32.eq (local.get $a) (local.get $b))))
        (br_if $left (i32.le_u (local.tee $a (i32.add (local.get $a) (i32.const 32))) (local.get $b))))
      (br_if $right (i32.lt_u (local.tee $b (i32.add (local.get $b) (i32.const 32))) (local.get $stride)))))

  ;; out[i, j] = sum_c from[i, c] matrix[c, j] - offset[j], from: [count, columns] float32, out: [count, outputs] float32,
  ;; matrix: [columns, width] float64, offset: [width] float64, width: outputs rounded up to a multiple of 4. What is written beyond
  ;; a row's outputs is written over by the next row's; out needs room for 3 numbers more.
  (func (export "project") (param $from i32) (param $count i32) (param $columns i32) (param $matrix i32)
    (param $offset i32) (param $width i32) (param $outputs i32) (param $out i32)
    (local $j i32) (local $c i32) (local $m i32) (local $x v128) (local $y v128) (local $z v128) (local $stride i32)
    (local $end i32)
    (local.set $stride (i32.shl (local.get $width) (i32.const 3)))
    (loop $rows
      (local.set $j (i32.const 0))
      (local.set $end (i32.add (local.get $from) (i32.shl (local.get $columns) (i32.const 2))))
      (loop $four
        (local.set $m (i32.add (local.get $offset) (i32.shl (local.get $j) (i32.const 3))))
        (local.set $y (f64x2.neg (v128.load (local.get $m))))
        (local.set $z (f64x2.neg (v128.load offset=16 (local.get $m))))
        (local.set $m (i32.add (local.get $matrix) (i32.shl (local.get $j) (i32.const 3))))
        (local.set $c (local.get $from))
        (loop $columnsOfRow
          (local.set $x (f64x2.promote_low_f32x4 (v128.load32_splat (local.get $c))))
          (local.set $y (f64x2.add (local.get $y) (f64x2.mul (local.get $x) (v128.load (local.get $m)))))
          (local.set $z (f64x2.add (local.get $z) (f64x2.mul (local.get $x) (v128.load offset=16 (local.get $m)))))
          (local.set $m (i32.add (local.get $m) (local.get $stride)))
          (br_if $columnsOfRow
            (i32.lt_u (local.tee $c (i32.add (local.get $c) (i32.const 4))) (local.get $end))))
        (v128.store (i32.add (local.get $out) (i32.shl (local.get $j) (i32.const 2)))
          (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
            (f32x4.demote_f64x2_zero (local.get $y))
            (f32x4.demote_f64x2_zero (local.get $z))))
        (br_if $four (i32.lt_u (local.tee $j (i32.add (local.get $j) (i32.const 4))) (local.get $width))))
      (local.set $from (local.get $end))
      (local.set $out (i32.add (local.get $out) (i32.shl (local.get $outputs) (i32.const 2))))
      (br_if $rows (local.tee $count (i32.sub (local.get $count) (i32.const 1)))))))
