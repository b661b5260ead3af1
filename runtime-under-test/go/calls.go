package main

const functionCount = 64

// functions are what `call` enters: as many names for stacks to differ by. Each goes on with the
// program and comes back at `return`.
var functions = [functionCount]func(*performer){
	f0, f1, f2, f3, f4, f5, f6, f7,
	f8, f9, f10, f11, f12, f13, f14, f15,
	f16, f17, f18, f19, f20, f21, f22, f23,
	f24, f25, f26, f27, f28, f29, f30, f31,
	f32, f33, f34, f35, f36, f37, f38, f39,
	f40, f41, f42, f43, f44, f45, f46, f47,
	f48, f49, f50, f51, f52, f53, f54, f55,
	f56, f57, f58, f59, f60, f61, f62, f63,
}

//go:noinline
func f0(p *performer) { p.interpret() }

//go:noinline
func f1(p *performer) { p.interpret() }

//go:noinline
func f2(p *performer) { p.interpret() }

//go:noinline
func f3(p *performer) { p.interpret() }

//go:noinline
func f4(p *performer) { p.interpret() }

//go:noinline
func f5(p *performer) { p.interpret() }

//go:noinline
func f6(p *performer) { p.interpret() }

//go:noinline
func f7(p *performer) { p.interpret() }

//go:noinline
func f8(p *performer) { p.interpret() }

//go:noinline
func f9(p *performer) { p.interpret() }

//go:noinline
func f10(p *performer) { p.interpret() }

//go:noinline
func f11(p *performer) { p.interpret() }

//go:noinline
func f12(p *performer) { p.interpret() }

//go:noinline
func f13(p *performer) { p.interpret() }

//go:noinline
func f14(p *performer) { p.interpret() }

//go:noinline
func f15(p *performer) { p.interpret() }

//go:noinline
func f16(p *performer) { p.interpret() }

//go:noinline
func f17(p *performer) { p.interpret() }

//go:noinline
func f18(p *performer) { p.interpret() }

//go:noinline
func f19(p *performer) { p.interpret() }

//go:noinline
func f20(p *performer) { p.interpret() }

//go:noinline
func f21(p *performer) { p.interpret() }

//go:noinline
func f22(p *performer) { p.interpret() }

//go:noinline
func f23(p *performer) { p.interpret() }

//go:noinline
func f24(p *performer) { p.interpret() }

//go:noinline
func f25(p *performer) { p.interpret() }

//go:noinline
func f26(p *performer) { p.interpret() }

//go:noinline
func f27(p *performer) { p.interpret() }

//go:noinline
func f28(p *performer) { p.interpret() }

//go:noinline
func f29(p *performer) { p.interpret() }

//go:noinline
func f30(p *performer) { p.interpret() }

//go:noinline
func f31(p *performer) { p.interpret() }

//go:noinline
func f32(p *performer) { p.interpret() }

//go:noinline
func f33(p *performer) { p.interpret() }

//go:noinline
func f34(p *performer) { p.interpret() }

//go:noinline
func f35(p *performer) { p.interpret() }

//go:noinline
func f36(p *performer) { p.interpret() }

//go:noinline
func f37(p *performer) { p.interpret() }

//go:noinline
func f38(p *performer) { p.interpret() }

//go:noinline
func f39(p *performer) { p.interpret() }

//go:noinline
func f40(p *performer) { p.interpret() }

//go:noinline
func f41(p *performer) { p.interpret() }

//go:noinline
func f42(p *performer) { p.interpret() }

//go:noinline
func f43(p *performer) { p.interpret() }

//go:noinline
func f44(p *performer) { p.interpret() }

//go:noinline
func f45(p *performer) { p.interpret() }

//go:noinline
func f46(p *performer) { p.interpret() }

//go:noinline
func f47(p *performer) { p.interpret() }

//go:noinline
func f48(p *performer) { p.interpret() }

//go:noinline
func f49(p *performer) { p.interpret() }

//go:noinline
func f50(p *performer) { p.interpret() }

//go:noinline
func f51(p *performer) { p.interpret() }

//go:noinline
func f52(p *performer) { p.interpret() }

//go:noinline
func f53(p *performer) { p.interpret() }

//go:noinline
func f54(p *performer) { p.interpret() }

//go:noinline
func f55(p *performer) { p.interpret() }

//go:noinline
func f56(p *performer) { p.interpret() }

//go:noinline
func f57(p *performer) { p.interpret() }

//go:noinline
func f58(p *performer) { p.interpret() }

//go:noinline
func f59(p *performer) { p.interpret() }

//go:noinline
func f60(p *performer) { p.interpret() }

//go:noinline
func f61(p *performer) { p.interpret() }

//go:noinline
func f62(p *performer) { p.interpret() }

//go:noinline
func f63(p *performer) { p.interpret() }
