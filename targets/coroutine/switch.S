/* void coroutine_switch_stack(void **save_stack_pointer, void *load_stack_pointer)
 *
 * Saves the callee-saved registers on the current stack, stores its stack pointer, loads the other
 * and restores. A new stack is laid out by coroutine.c so that the first switch returns into
 * coroutine_start. */
#if defined(__x86_64__)
	.text
	.globl coroutine_switch_stack
	.type coroutine_switch_stack, @function
coroutine_switch_stack:
	pushq %rbp
	pushq %rbx
	pushq %r12
	pushq %r13
	pushq %r14
	pushq %r15
	movq %rsp, (%rdi)
	movq %rsi, %rsp
	popq %r15
	popq %r14
	popq %r13
	popq %r12
	popq %rbx
	popq %rbp
	ret
	.size coroutine_switch_stack, . - coroutine_switch_stack

/* First frame of a stack: entry in r12, argument in r13. */
	.globl coroutine_start
	.type coroutine_start, @function
coroutine_start:
	movq %r13, %rdi
	callq *%r12
	ud2
	.size coroutine_start, . - coroutine_start
#elif defined(__aarch64__)
	.text
	.globl coroutine_switch_stack
	.type coroutine_switch_stack, %function
coroutine_switch_stack:
	sub sp, sp, #160
	stp x19, x20, [sp, #0]
	stp x21, x22, [sp, #16]
	stp x23, x24, [sp, #32]
	stp x25, x26, [sp, #48]
	stp x27, x28, [sp, #64]
	stp x29, x30, [sp, #80]
	stp d8, d9, [sp, #96]
	stp d10, d11, [sp, #112]
	stp d12, d13, [sp, #128]
	stp d14, d15, [sp, #144]
	mov x9, sp
	str x9, [x0]
	mov sp, x1
	ldp x19, x20, [sp, #0]
	ldp x21, x22, [sp, #16]
	ldp x23, x24, [sp, #32]
	ldp x25, x26, [sp, #48]
	ldp x27, x28, [sp, #64]
	ldp x29, x30, [sp, #80]
	ldp d8, d9, [sp, #96]
	ldp d10, d11, [sp, #112]
	ldp d12, d13, [sp, #128]
	ldp d14, d15, [sp, #144]
	add sp, sp, #160
	ret
	.size coroutine_switch_stack, . - coroutine_switch_stack

	.globl coroutine_start
	.type coroutine_start, %function
coroutine_start:
	mov x0, x20
	blr x19
	brk #1
	.size coroutine_start, . - coroutine_start
#else
#error "The simulator switches stacks in assembly and knows x86-64 and aarch64 only."
#endif
	.section .note.GNU-stack,"",%progbits
