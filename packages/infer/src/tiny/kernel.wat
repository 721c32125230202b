;; Products of rows with packed weights. Compiled into kernel.ts; a test compares the two.
(module
  (memory (export "memory") 1)

  ;; sums [count][panels][16] = bias + x [count][rows] w [rows][panels][16]
  ;; x: element (i, k) is at x + i * row_step + k * step; all steps are in bytes
  ;; w: [panels][1 + rows][16], the bias first
  ;; pairs: room for count times rows + 2 pairs of 8 bytes
  (func (export "product")
    (param $x i32) (param $row_step i32) (param $step i32)
    (param $count i32) (param $rows i32)
    (param $w i32) (param $panels i32)
    (param $pairs i32) (param $sums i32)
    (local $i i32) (local $a i32) (local $k i32) (local $q i32) (local $end i32)
    (local $stride i32) (local $s i32) (local $o i32) (local $value f32) (local $v v128)
    (local $a0 v128) (local $a1 v128) (local $a2 v128) (local $a3 v128)
    (local $b0 v128) (local $b1 v128) (local $b2 v128) (local $b3 v128)

    (local.set $stride (i32.shl (i32.add (local.get $rows) (i32.const 2)) (i32.const 3)))

    ;; What of x is not zero (of a ReLU's half is), as pairs of its weights' offset in a panel and its value. The first
    ;; pair holds where they end; an odd number is made even by a pair of 0, 0.
    (local.set $s (local.get $pairs))
    (local.set $i (local.get $count))
    (loop $row
      (local.set $a (local.get $x))
      (local.set $o (i32.const 64))
      (local.set $q (i32.add (local.get $s) (i32.const 8)))
      (local.set $k (local.get $rows))
      (loop $element
        (local.set $value (f32.load (local.get $a)))
        (i32.store (local.get $q) (local.get $o))
        (f32.store offset=4 (local.get $q) (local.get $value))
        (local.set $q
          (i32.add (local.get $q)
            (i32.shl (f32.ne (local.get $value) (f32.const 0)) (i32.const 3))))
        (local.set $a (i32.add (local.get $a) (local.get $step)))
        (local.set $o (i32.add (local.get $o) (i32.const 64)))
        (br_if $element (local.tee $k (i32.sub (local.get $k) (i32.const 1)))))
      (i64.store (local.get $q) (i64.const 0))
      (i32.store (local.get $s)
        (i32.add (local.get $q)
          (i32.and (i32.sub (i32.sub (local.get $q) (local.get $s)) (i32.const 8)) (i32.const 8))))
      (local.set $s (i32.add (local.get $s) (local.get $stride)))
      (local.set $x (i32.add (local.get $x) (local.get $row_step)))
      (br_if $row (local.tee $i (i32.sub (local.get $i) (i32.const 1)))))

    ;; Panel by panel, so that a panel is in the cache for all rows; two pairs at a time, in sums of their own.
    (local.set $k (local.get $panels))
    (loop $panel
      (local.set $s (local.get $sums))
      (local.set $a (local.get $pairs))
      (local.set $i (local.get $count))
      (loop $row
        (local.set $end (i32.load (local.get $a)))
        (local.set $q (i32.add (local.get $a) (i32.const 8)))
        (local.set $a0 (v128.load (local.get $w)))
        (local.set $a1 (v128.load offset=16 (local.get $w)))
        (local.set $a2 (v128.load offset=32 (local.get $w)))
        (local.set $a3 (v128.load offset=48 (local.get $w)))
        (local.set $b0 (v128.const i32x4 0 0 0 0))
        (local.set $b1 (local.get $b0))
        (local.set $b2 (local.get $b0))
        (local.set $b3 (local.get $b0))
        (if (i32.lt_u (local.get $q) (local.get $end)) (then
          (loop $two
            (local.set $o (i32.add (local.get $w) (i32.load (local.get $q))))
            (local.set $v (v128.load32_splat offset=4 (local.get $q)))
            (local.set $a0 (f32x4.add (local.get $a0) (f32x4.mul (local.get $v) (v128.load (local.get $o)))))
            (local.set $a1 (f32x4.add (local.get $a1) (f32x4.mul (local.get $v) (v128.load offset=16 (local.get $o)))))
            (local.set $a2 (f32x4.add (local.get $a2) (f32x4.mul (local.get $v) (v128.load offset=32 (local.get $o)))))
            (local.set $a3 (f32x4.add (local.get $a3) (f32x4.mul (local.get $v) (v128.load offset=48 (local.get $o)))))
            (local.set $o (i32.add (local.get $w) (i32.load offset=8 (local.get $q))))
            (local.set $v (v128.load32_splat offset=12 (local.get $q)))
            (local.set $b0 (f32x4.add (local.get $b0) (f32x4.mul (local.get $v) (v128.load (local.get $o)))))
            (local.set $b1 (f32x4.add (local.get $b1) (f32x4.mul (local.get $v) (v128.load offset=16 (local.get $o)))))
            (local.set $b2 (f32x4.add (local.get $b2) (f32x4.mul (local.get $v) (v128.load offset=32 (local.get $o)))))
            (local.set $b3 (f32x4.add (local.get $b3) (f32x4.mul (local.get $v) (v128.load offset=48 (local.get $o)))))
            (br_if $two
              (i32.lt_u (local.tee $q (i32.add (local.get $q) (i32.const 16))) (local.get $end))))))
        (v128.store (local.get $s) (f32x4.add (local.get $a0) (local.get $b0)))
        (v128.store offset=16 (local.get $s) (f32x4.add (local.get $a1) (local.get $b1)))
        (v128.store offset=32 (local.get $s) (f32x4.add (local.get $a2) (local.get $b2)))
        (v128.store offset=48 (local.get $s) (f32x4.add (local.get $a3) (local.get $b3)))
        (local.set $s (i32.add (local.get $s) (i32.shl (local.get $panels) (i32.const 6))))
        (local.set $a (i32.add (local.get $a) (local.get $stride)))
        (br_if $row (local.tee $i (i32.sub (local.get $i) (i32.const 1)))))
      (local.set $w (i32.add (local.get $w) (i32.shl (i32.add (local.get $rows) (i32.const 1)) (i32.const 6))))
      (local.set $sums (i32.add (local.get $sums) (i32.const 64)))
      (br_if $panel (local.tee $k (i32.sub (local.get $k) (i32.const 1))))))

  ;; canvas [places][size] += sums [count][taps][size], each tap at the place that the table [count][taps] names
  ;; size: bytes, a multiple of 16; row_step: bytes from one row of sums to the next
  (func (export "scatter")
    (param $sums i32) (param $row_step i32) (param $count i32)
    (param $taps i32) (param $size i32) (param $table i32) (param $canvas i32)
    (local $t i32) (local $s i32) (local $y i32) (local $end i32)
    (loop $row
      (local.set $s (local.get $sums))
      (local.set $t (local.get $taps))
      (loop $tap
        (local.set $y
          (i32.add (local.get $canvas) (i32.mul (i32.load (local.get $table)) (local.get $size))))
        (local.set $end (i32.add (local.get $s) (local.get $size)))
        (loop $four
          (v128.store (local.get $y)
            (f32x4.add (v128.load (local.get $y)) (v128.load (local.get $s))))
          (local.set $y (i32.add (local.get $y) (i32.const 16)))
          (br_if $four
            (i32.lt_u (local.tee $s (i32.add (local.get $s) (i32.const 16))) (local.get $end))))
        (local.set $table (i32.add (local.get $table) (i32.const 4)))
        (br_if $tap (local.tee $t (i32.sub (local.get $t) (i32.const 1)))))
      (local.set $sums (i32.add (local.get $sums) (local.get $row_step)))
      (br_if $row (local.tee $count (i32.sub (local.get $count) (i32.const 1)))))))
